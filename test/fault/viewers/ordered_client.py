"""A Socket.IO client that handles messages one after the other; the library would start a thread for each."""

import engineio
import socketio


class EngineInOrder(engineio.Client):
    def _trigger_event(self, event, *args, **kwargs):
        kwargs["run_async"] = False
        return super()._trigger_event(event, *args, **kwargs)


class Client(socketio.Client):
    def _engineio_client_class(self):
        return EngineInOrder
