"""A real SMTP server (aiosmtpd) whose manners a test chooses."""

from __future__ import annotations

import email
import email.message
import email.policy
import socket

from aiosmtpd.controller import Controller


class Clerk:
    """Answers as the next of `manners` says; then takes everything."""

    def __init__(self) -> None:
        self.taken: list[email.message.Message] = []
        self.manners: list[str] = []
        self.after_taking = lambda: None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        manner = self.manners.pop(0) if self.manners else "take"
        if manner == "drop":
            server.transport.abort()
            return "421 gone"
        if manner != "take":
            return manner
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append(
            email.message_from_bytes(envelope.content, policy=email.policy.default)
        )
        self.after_taking()
        return "250 taken"


class PostOffice:
    """The server with its clerk; it can be closed and opened again on its port."""

    def __init__(self) -> None:
        self.clerk = Clerk()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    def start(self) -> None:
        self.controller = Controller(self.clerk, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    @property
    def taken(self):
        return self.clerk.taken

    def behave(self, *manners: str) -> None:
        self.clerk.manners = list(manners)

    def ids(self):
        return [message["Message-ID"] for message in self.taken]
