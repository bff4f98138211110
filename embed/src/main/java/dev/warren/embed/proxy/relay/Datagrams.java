package dev.warren.embed.proxy.relay;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;

/**
 * Receiving from UDP sockets, whose errors may be those of a datagram that was sent before.
 *
 * <p><b>Owner:</b> the thread that receives.
 */
public final class Datagrams {
  /** How many errors in a row are no coincidence. */
  private static final int MAX_FAILURES = 64;

  private Datagrams() {}

  /** Receives the next; false when there will be none any more. */
  public static boolean receive(DatagramSocket socket, DatagramPacket packet) {
    for (int failures = 0; failures < MAX_FAILURES && !socket.isClosed(); failures++) {
      try {
        socket.receive(packet);
        return true;
      } catch (IOException e) {
        // Closed; or nobody listens where something was sent.
      }
    }
    return false;
  }
}
