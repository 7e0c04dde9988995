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
import { executionChannel, roomChannel, type Channel } from '../../protocol/channel.js';
import { EventStreamService } from './event-stream.service.js';
import type { FrameworkReply, FrameworkRequest } from './http-exchange.js';
import {
  resolveHttpOptions,
  STREAMING_HTTP_OPTIONS,
  type StreamingHttpOptions,
} from './streaming-http-options.js';

/**
 * Streams executions and rooms as server-sent events, on Express and on Fastify: for pages that cannot use
 * WebSockets, for other servers and for the command line. Authentication, access policy, targets, limits and
 * `beforeDeliver` are those of the gateway. Each stream counts as a connection of the gateway.
 *
 * ```ts
 * imports: [StreamingModule.forRoot({ gateway }), StreamingHttpModule.forRoot()];
 * ```
 *
 * Then `GET /streaming/executions/:id` and `GET /streaming/rooms/:id` answer with one event for each update.
 * The `id` of an event is `epoch:sequence`, its `data` is the update as JSON. The other events are described
 * in docs/protocol.md. Specification: https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @publicApi
 */
@Module({})
export class StreamingHttpModule {
  /**
   * Adds the routes to the application. Import the result beside `StreamingModule.forRoot`.
   *
   * @throws StreamingError `INVALID_OPTIONS`, with every fault and its path
   */
  static forRoot(options: StreamingHttpOptions = {}): DynamicModule {
    const { path, executions, rooms } = resolveHttpOptions(options);
    const controllers: Type[] = [];
    if (executions !== false) controllers.push(controllerOf(path, executions, executionChannel));
    if (rooms !== false) controllers.push(controllerOf(path, rooms, roomChannel));
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

/** @param channelOf - the channel that an id of the route names */
function controllerOf(path: string, route: string, channelOf: (id: string) => Channel): Type {
  @Controller(path)
  class EventStreamController {
    constructor(private readonly streams: EventStreamService) {}

    @Get(route)
    stream(
      @Param('id') id: string,
      @Req() request: FrameworkRequest,
      @Res() reply: FrameworkReply,
    ): Promise<void> {
      return this.streams.stream(channelOf(id), request, reply);
    }
  }
  return EventStreamController;
}
