package dev.warren.cli.quickstart;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.embed.Network;
import java.io.IOException;

/** A machine that has joined its private network: a tunnel that is open. */
interface Joined extends AutoCloseable {
  /** Where its sockets are. */
  Network network();

  /** What {@code wg show} would be told. */
  InterfaceState state() throws IOException;

  @Override
  void close();
}
