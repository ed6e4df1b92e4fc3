"""How much the guard lets through of what is false, and strikes out of what is true."""
