"""Events: registration, waiting list, the door, questions, what came of it."""
