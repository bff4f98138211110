package dev.warren.embed.proxy.relay;

import java.io.IOException;

/**
 * Serves clients, each on a virtual thread.
 *
 * <p><b>Owner:</b> any number of threads at a time.
 */
public interface Service {
  /**
   * Serves a client to its end.
   *
   * @throws IOException when it broke off; nobody is told any more
   */
  void serve(Connection connection) throws IOException;

  /** What a client gets for whom there is no room, at once; nothing for a reset. */
  byte[] full();
}
