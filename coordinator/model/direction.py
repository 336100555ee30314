"""What is asked? One falsifiable question, an entry of config/directions.yaml."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from coordinator.model.document import Document, Name, Nullable
from coordinator.model.settings import Budget, Minutes, Settings, Significance


class BudgetOverride(Document):
    """What one direction may use instead of the run's budget; what is left out stays as it is."""

    experiments: int | None = Field(default=None, ge=1)
    wall_minutes: Annotated[Minutes | None, Nullable] = None
    compute_minutes: Annotated[Minutes | None, Nullable] = None
    experiment_seconds: float | None = Field(default=None, gt=0)


class SignificanceOverride(Document):
    """How good a finding of one direction must be, where it differs from the run's bar."""

    score: float | None = Field(default=None, ge=1, le=10)
    min_experiments: int | None = Field(default=None, ge=1)
    replications: int | None = Field(default=None, ge=0)
    explore_seeds: int | None = Field(default=None, ge=1, le=100)
    confirm_seeds: int | None = Field(default=None, ge=0, le=1000)
    placebo_seeds: int | None = Field(default=None, ge=0, le=100)
    alpha: float | None = Field(default=None, gt=0, lt=1)


class Direction(Document):
    """One falsifiable question."""

    id: Name
    """Names the worker's folder."""
    title: str = Field(min_length=1, max_length=300)
    question: str = Field(min_length=1, max_length=5000)
    context: str = Field(default="", max_length=20000)
    """What the worker should know; numbers in it are constants that a finding may cite."""
    done: bool = False
    """True leaves it out of the next run."""
    budget: BudgetOverride | None = None
    significance: SignificanceOverride | None = None

    def budget_under(self, settings: Settings) -> Budget:
        """Give the budget that governs this direction: the run's, with what is set here."""
        return settings.budget.model_copy(update=self.budget.model_dump(exclude_unset=True) if self.budget else {})

    def significance_under(self, settings: Settings) -> Significance:
        """Give the bar that governs this direction: the run's, with what is set here."""
        changes = self.significance.model_dump(exclude_unset=True) if self.significance else {}
        return settings.significance.model_copy(update=changes)


class Directions(Document):
    """The whole of directions.yaml."""

    directions: tuple[Direction, ...] = Field(min_length=1)
