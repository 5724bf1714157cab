"""What other apps may use from notices: say what a fact tells people, count the unread."""

from .declaration import Contact, Message, Teller, declare
from .queries import unread_count
from .rules import Urgency


__all__ = ["Contact", "Message", "Teller", "Urgency", "declare", "unread_count"]
