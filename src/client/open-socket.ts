import { io } from 'socket.io-client';
import type { Credential } from './credential.js';
import type { ClientSocket } from './client-socket.js';
import type { ResolvedClientOptions } from './streaming-client-options.js';
import type { StreamingClientError } from './streaming-client.error.js';

/**
 * Makes a socket that is not connected yet and never reconnects by itself: the connection decides
 * when, since only it knows which refusals are final.
 *
 * @param onCredentialFailure - the attempt to connect was given up for want of a credential
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
        // A later attempt to connect has asked again meanwhile.
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
