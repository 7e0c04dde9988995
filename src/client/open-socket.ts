import { io } from 'socket.io-client';
import type { Credential } from './credential.js';
import type { ClientSocket } from './client-socket.js';
import type { ResolvedClientOptions } from './streaming-client-options.js';
import type { StreamingClientError } from './streaming-client.error.js';

/**
 * Makes a socket that is not connected yet and never reconnects by itself. The connection decides when to
 * reconnect, because only it knows which refusals are final.
 *
 * @param onCredentialFailure - called if the attempt to connect has ended because there is no credential
 */
export function openSocket(
  options: ResolvedClientOptions,
  credential: Credential,
  onCredentialFailure: (error: StreamingClientError) => void,
): ClientSocket {
  const { url, namespace, path } = options;
  let attempt = 0;

  const present = (give: (auth: object) => void): void => {
    const mine = ++attempt;
    credential.current().then(
      (auth) => {
        // A later attempt to connect has meanwhile asked for the credential again.
        if (mine === attempt) give(auth);
      },
      (error: StreamingClientError) => {
        if (mine !== attempt) return;
        socket.disconnect();
        onCredentialFailure(error);
      },
    );
  };

  const socket: ClientSocket = io(url + namespace, {
    path,
    auth: present,
    autoConnect: false,
    reconnection: false,
    forceNew: true,
  });
  return socket;
}
