import { StreamingError } from '../errors/streaming.error.js';
import type { Channel } from '../protocol/channel.js';
import { idsOf, type BridgeClient } from './bridge-client.js';
import type { BridgeClientInfo, BridgeRoomInfo } from './bridge-types.js';

/** The clients of this instance, and their subscriptions. */
export class BridgeDirectory {
  readonly #clients = new Map<string, BridgeClient>();

  add(client: BridgeClient): void {
    this.#clients.set(client.identity.clientId, client);
  }

  remove(clientId: string): void {
    this.#clients.delete(clientId);
  }

  find(clientId: string): BridgeClient | undefined {
    return this.#clients.get(clientId);
  }

  /** @throws StreamingError `INVALID_PAYLOAD` for an unknown client */
  get(clientId: string): BridgeClient {
    const client = this.#clients.get(clientId);
    if (client) return client;
    throw new StreamingError(
      'INVALID_PAYLOAD',
      `There is no client "${clientId}": it has disconnected, or was never registered.`,
    );
  }

  get clientIds(): string[] {
    return [...this.#clients.keys()];
  }

  get size(): number {
    return this.#clients.size;
  }

  clientsOf(channel: Channel): string[] {
    const deliveries = new Set([...this.#clients.values()].map(({ delivery }) => delivery));
    return [...deliveries].flatMap((delivery) => delivery.clientsOf(channel));
  }

  infoOf(clientId: string): BridgeClientInfo | undefined {
    const client = this.#clients.get(clientId);
    if (!client) return undefined;
    const { connectedAt, metadata, principal } = client;
    return {
      clientId,
      ...(principal && { principal }),
      executionIds: idsOf(client, 'execution'),
      rooms: idsOf(client, 'room'),
      metadata,
      connectedAt,
    };
  }

  get rooms(): BridgeRoomInfo[] {
    const clientsByRoom = new Map<string, string[]>();
    for (const [clientId, client] of this.#clients)
      for (const roomId of idsOf(client, 'room'))
        clientsByRoom.set(roomId, [...(clientsByRoom.get(roomId) ?? []), clientId]);
    return [...clientsByRoom].map(([roomId, clients]) => ({
      roomId,
      clientCount: clients.length,
      clients,
    }));
  }
}
