// support-desk.service.ts
import { Injectable } from '@nestjs/common';
import { WebSocketBridgeService } from '@hive-academy/langgraph-streaming';

@Injectable()
export class SupportDeskService {
  constructor(private readonly bridge: WebSocketBridgeService) {}

  /** Puts every connection of a user into a room. */
  async invite(userId: string, roomId: string): Promise<number> {
    const invited = this.bridge
      .getActiveClients()
      .filter((clientId) => this.bridge.getClientInfo(clientId)?.principal?.id === userId);
    for (const clientId of invited) {
      // Clients cannot join the rooms of tickets themselves: only this service puts them in.
      this.bridge.joinRoom(clientId, roomId, { trusted: true });
      await this.bridge.sendToClient(clientId, { type: 'events', data: { invitedTo: roomId } });
    }
    return invited.length;
  }
}
