"""A page in another language, written from docs/protocol.md alone: it starts runs in a thread and follows it.

Usage: conversation.py URL THREAD AGENT TEXT...

It starts a run for each text, with a key, and starts it again after its connection broke before the answer.
It follows the thread and the runs that the thread tells of, answers each question with "yes", and prints the
conversation as one line of JSON when all runs have ended.
"""

import json
import sys
import threading
import uuid

from ordered_client import Client

URL, THREAD, AGENT, *TEXTS = sys.argv[1:]
NAMESPACE = "/streaming"
PATIENCE_S = 5


class Channel:
    """The thread or a run of it: its cursor, and what was received of it."""

    def __init__(self, event, key, name):
        self.event = event
        self.key = key
        self.name = name
        self.cursor = None
        self.live = False
        self.updates = []

    def subscribe(self, connection):
        self.live = False
        start = {"cursor": self.cursor} if self.cursor else {"from": "start"}
        # A thread takes its position at the top, an execution in its options.
        options = start if self.key == "threadId" else {"options": start}
        request(connection, self.event, {self.key: self.name, **options}, self.adopt)

    def adopt(self, answer):
        if self.cursor and not answer["recovered"]:
            fail(f"{self.name}: not recovered")
        self.cursor = answer["cursor"]
        self.live = True

    def take(self, update):
        place = update["metadata"]["sequenceNumber"]
        if not self.live or place <= self.cursor["sequence"]:
            return False
        self.cursor = {"epoch": self.cursor["epoch"], "sequence": place}
        self.updates.append(update)
        return True


thread = Channel("subscribe_thread", "threadId", THREAD)
runs = {}
# What is to be started, by the key of the start; and what was answered.
starts = {str(uuid.uuid4()): text for text in TEXTS}
started = {}
ended = set()
conversation = None
changed = threading.Event()
failures = []


def fail(why):
    failures.append(why)
    changed.set()


def request(connection, event, payload, then):
    def answered(answer):
        if not answer["ok"]:
            fail(f"{event}: {answer['error']}")
        else:
            then(answer)
        changed.set()

    connection.emit(event, payload, namespace=NAMESPACE, callback=answered)


def start(connection, key):
    message = {"id": key, "role": "user", "content": starts[key]}
    payload = {"agent": AGENT, "threadId": THREAD, "key": key, "input": {"messages": [message]}}
    request(connection, "start_execution", payload, lambda answer: started.update({key: answer}))


def follow_run(connection, execution_id):
    if execution_id not in runs:
        runs[execution_id] = Channel("subscribe_execution", "executionId", execution_id)
        runs[execution_id].subscribe(connection)


def on_thread_update(connection, update):
    data = update["data"]
    execution_id = data["executionId"]
    if update["type"] == "run:start":
        follow_run(connection, execution_id)
    elif update["type"] == "run:interrupt":
        answers = [{"interruptId": one["id"], "value": "yes"} for one in data["interrupts"]]
        payload = {"executionId": execution_id, "answers": answers}
        request(connection, "respond_interrupt", payload, lambda _answer: None)
    elif update["type"] == "run:end":
        ended.add(execution_id)


def is_over():
    return len(started) == len(starts) and all(
        answer["executionId"] in ended for answer in started.values()
    )


def is_whole():
    """Whether the last update of every run has come."""
    return all(
        one.updates and one.updates[-1]["type"] in ("workflow:end", "workflow:error")
        for one in runs.values()
    )


def tell(answer):
    global conversation
    conversation = [f"{one['role']}: {one['content']}" for one in answer["messages"]]


def follow():
    """Holds one connection for as long as it lasts."""
    connection = Client(reconnection=False)
    gone = threading.Event()

    @connection.on("connect", namespace=NAMESPACE)
    def on_connect():
        thread.subscribe(connection)
        for run in runs.values():
            run.subscribe(connection)
        for key in starts:
            if key not in started:
                start(connection, key)

    @connection.on("stream_update", namespace=NAMESPACE)
    def on_update(message):
        update = message["data"]["update"]
        metadata = update["metadata"]
        if "threadId" in metadata and "executionId" not in metadata:
            if thread.take(update):
                on_thread_update(connection, update)
        elif metadata.get("executionId") in runs:
            runs[metadata["executionId"]].take(update)
        changed.set()

    @connection.on("disconnect", namespace=NAMESPACE)
    def on_disconnect():
        gone.set()
        changed.set()

    try:
        connection.connect(
            URL, namespaces=[NAMESPACE], transports=["websocket"], wait_timeout=PATIENCE_S
        )
    except Exception:  # The network: another attempt is made.
        connection.eio.disconnect(abort=True)
        return
    asked = False
    while not gone.is_set() and not failures and conversation is None:
        if is_over() and is_whole() and not asked:
            asked = True
            request(connection, "get_thread", {"threadId": THREAD}, tell)
        changed.wait(timeout=1)
        changed.clear()
        if connection.eio.state != "connected":
            break
    connection.eio.disconnect(abort=True)


while not failures and conversation is None:
    thread.live = False
    for channel in runs.values():
        channel.live = False
    follow()


def text_of(run):
    tokens = [one["data"]["content"] for one in run.updates if one["type"] == "token"]
    return "".join(tokens)


print(
    json.dumps(
        {
            "failures": failures,
            "thread": [[one["type"], one["data"].get("state")] for one in thread.updates],
            "texts": [text_of(run) for run in runs.values()],
            "conversation": conversation,
        }
    ),
    flush=True,
)
