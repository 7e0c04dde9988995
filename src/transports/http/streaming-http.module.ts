import {
  Controller,
  Get,
  Module,
  Param,
  Req,
  Res,
  type DynamicModule,
  type Type,
} from '@nestjs/common';
import { executionChannel, roomChannel } from '../../protocol/channel.js';
import { EventStreamService } from './event-stream.service.js';
import type { FrameworkReply, FrameworkRequest } from './http-exchange.js';
import {
  resolveHttpOptions,
  STREAMING_HTTP_OPTIONS,
  type StreamingHttpOptions,
} from './streaming-http-options.js';

/**
 * Streams executions and rooms as server-sent events, on Express and on Fastify: for pages that may not use
 * WebSockets, for servers and for the command line. A stream has the same door, policy, targets, limits
 * and `beforeDeliver` as a socket, and counts as a connection of the gateway.
 *
 * ```ts
 * imports: [StreamingModule.forRoot({ gateway }), StreamingHttpModule.forRoot()];
 * ```
 *
 * `GET /streaming/executions/:id` and `GET /streaming/rooms/:id` then answer with updates as the data of
 * events whose ids are `epoch:sequence`. See docs/protocol.md for the other events.
 *
 * @publicApi
 */
@Module({})
export class StreamingHttpModule {
  /** @throws StreamingError `INVALID_OPTIONS`, with every fault and its path */
  static forRoot(options: StreamingHttpOptions = {}): DynamicModule {
    const { path, executions, rooms } = resolveHttpOptions(options);
    const controllers: Type[] = [];
    if (executions !== false) controllers.push(executionController(path, executions));
    if (rooms !== false) controllers.push(roomController(path, rooms));
    return {
      module: StreamingHttpModule,
      controllers,
      providers: [
        { provide: STREAMING_HTTP_OPTIONS, useValue: resolveHttpOptions(options) },
        EventStreamService,
      ],
    };
  }
}

function executionController(path: string, route: string): Type {
  @Controller(path)
  class ExecutionStreamController {
    constructor(private readonly streams: EventStreamService) {}

    @Get(route)
    stream(
      @Param('id') id: string,
      @Req() request: FrameworkRequest,
      @Res() reply: FrameworkReply,
    ): Promise<void> {
      return this.streams.stream(executionChannel(id), request, reply);
    }
  }
  return ExecutionStreamController;
}

function roomController(path: string, route: string): Type {
  @Controller(path)
  class RoomStreamController {
    constructor(private readonly streams: EventStreamService) {}

    @Get(route)
    stream(
      @Param('id') id: string,
      @Req() request: FrameworkRequest,
      @Res() reply: FrameworkReply,
    ): Promise<void> {
      return this.streams.stream(roomChannel(id), request, reply);
    }
  }
  return RoomStreamController;
}
