"""A viewer in another language, written from docs/protocol.md alone.

Usage: viewer.py URL TRANSPORT ROOM EXECUTION...

It follows executions and a room over whatever happens to its connection, and prints what it got as one
line of JSON when the executions have ended and the room has said so. It prints "ready" before that, when it
follows all of them.
"""

import json
import sys
import threading

from ordered_client import Client

URL, TRANSPORT, ROOM, *EXECUTIONS = sys.argv[1:]
NAMESPACE = "/streaming"
PATIENCE_S = 5
TERMINAL = ("workflow:end", "workflow:error", "workflow:cancel")


class Channel:
    """What is followed, its cursor, and what was received of it."""

    def __init__(self, kind, name):
        self.kind = kind
        self.name = name
        self.cursor = None
        self.live = False
        self.over = False
        self.sequences = []
        self.updates = []

    def subscribe(self, connection):
        key, event = (
            ("executionId", "subscribe_execution")
            if self.kind == "execution"
            else ("roomId", "join_room")
        )
        options = {"cursor": self.cursor} if self.cursor else {"from": "start"}
        # What still arrives before the answer belongs to the subscription before.
        self.live = False
        payload = {key: self.name, "options": options}
        connection.emit(
            event, payload, namespace=NAMESPACE, callback=lambda *answer: self.adopt(*answer)
        )

    def adopt(self, answer):
        if not answer["ok"]:
            fail(f"{self.kind} {self.name}: {answer['error']}")
        if self.cursor and not answer["recovered"]:
            fail(f"{self.kind} {self.name}: not recovered")
        self.cursor = answer["cursor"]
        self.live = True
        if answer.get("state") in ("completed", "failed", "cancelled"):
            self.over = self.over or answer["head"] == self.cursor["sequence"]
        changed.set()

    def take(self, update, connection):
        place = update["metadata"]["sequenceNumber"]
        first = update["metadata"].get("fromSequence", place)
        if not self.live or self.over or place <= self.cursor["sequence"]:
            return
        if first != self.cursor["sequence"] + 1:
            self.subscribe(connection)
            return
        self.cursor = {"epoch": self.cursor["epoch"], "sequence": place}
        self.sequences += range(first, place + 1)
        self.updates.append([update["type"], update["data"], update["metadata"].get("nodeId")])
        if self.kind == "execution":
            self.over = update["type"] in TERMINAL
        else:
            self.over = update["data"] == "over"
        changed.set()


channels = [Channel("execution", name) for name in EXECUTIONS] + [Channel("room", ROOM)]
changed = threading.Event()
failures = []


def fail(why):
    failures.append(why)
    changed.set()


def channel_of(metadata):
    kind, name = (
        ("room", metadata["roomId"])
        if "roomId" in metadata
        else ("execution", metadata.get("executionId"))
    )
    return next(one for one in channels if (one.kind, one.name) == (kind, name))


def follow():
    """Holds one connection for as long as it lasts."""
    connection = Client(reconnection=False)
    gone = threading.Event()

    @connection.on("connect", namespace=NAMESPACE)
    def on_connect():
        for channel in channels:
            if not channel.over:
                channel.subscribe(connection)

    @connection.on("stream_update", namespace=NAMESPACE)
    def on_update(message):
        update = message["data"]["update"]
        channel_of(update["metadata"]).take(update, connection)

    @connection.on("stream_reset", namespace=NAMESPACE)
    def on_reset(message):
        fail(f"reset: {message}")

    @connection.on("acknowledgment_request", namespace=NAMESPACE)
    def on_acknowledgment_request(_message):
        return None

    @connection.on("error", namespace=NAMESPACE)
    def on_error(message):
        # An error of a channel, after which it is to be asked for again; others end the connection.
        if message.get("executionId") or message.get("roomId"):
            channel_of(message).subscribe(connection)

    @connection.on("disconnect", namespace=NAMESPACE)
    def on_disconnect():
        gone.set()
        changed.set()

    try:
        connection.connect(
            URL, namespaces=[NAMESPACE], transports=TRANSPORT.split(","), wait_timeout=PATIENCE_S
        )
    except Exception:  # The network: another attempt is made.
        connection.eio.disconnect(abort=True)
        return
    told = False
    while not gone.is_set() and not failures and not all(one.over for one in channels):
        if not told and not ready.is_set() and all(one.live for one in channels):
            ready.set()
            told = True
            print("ready", flush=True)
        changed.wait(timeout=1)
        changed.clear()
        # An acknowledgement that was lost does not come any more.
        if connection.eio.state != "connected":
            break
    connection.eio.disconnect(abort=True)


ready = threading.Event()
while not failures and not all(channel.over for channel in channels):
    for channel in channels:
        channel.live = False
    follow()

print(
    json.dumps(
        {
            "failures": failures,
            "channels": {
                one.name: {"sequences": one.sequences, "updates": one.updates} for one in channels
            },
        }
    ),
    flush=True,
)
