"""Suggested recipes: what a file looks like, and what only its owner can say."""

from waternet.formats.suggest.proposal import Guess, Proposal, Question, Understood
from waternet.formats.suggest.suggestion import suggest_recipe

__all__ = ["Guess", "Proposal", "Question", "Understood", "suggest_recipe"]
