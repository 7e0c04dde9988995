import { flushed, on, untakenBytes, type Outlet, type Wait } from '../until-drained.js';
import { netSocketOf, waitingPackets, type Engine } from './engine-internals.js';
import { openAnswers } from './open-answers.js';

/** The data that waits for the client of an Engine.IO connection. */
export class EngineOutlet implements Outlet {
  constructor(private readonly engine: Engine) {}

  waits(): readonly Wait[] | undefined {
    const { engine } = this;
    if (engine.readyState !== 'open') return undefined;
    const closed = on(engine, 'close');
    if (waitingPackets(engine)?.length) return [closed, on(engine, 'drain')];
    const socket = netSocketOf(engine.transport);
    if (!socket?.writable || socket.writableLength === 0) return undefined;
    return [closed, flushed(socket), on(socket, 'close')];
  }

  untakenBytes(): number | undefined {
    const socket = netSocketOf(this.engine.transport);
    if (socket) return untakenBytes(socket);
    const answers = openAnswers(this.engine);
    return answers.reduce((sum, answer) => sum + (untakenBytes(answer.socket) ?? 0), 0);
  }
}
