"""The HTTP routes of kept evaluation reports, for the administrator's page."""

from fastapi import APIRouter

from service import evaluations
from service.evaluations import EvaluationDetail, EvaluationList
from service.http.dependencies import Configured
from service.schemas import ErrorResponse

router = APIRouter(tags=["评测"], responses={"4XX": {"model": ErrorResponse}})


@router.get("/evaluations")
def listed(settings: Configured) -> EvaluationList:
    """`cewen eval --save` 存下的评测，最近的在前。"""
    return evaluations.list_evaluations(settings.data_dir)


@router.get("/evaluations/{name}")
def one(name: str, settings: Configured) -> EvaluationDetail:
    """一次评测：分类的得分和未通过的用例。"""
    return evaluations.get_evaluation(settings.data_dir, name)
