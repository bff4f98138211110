package dev.warren.linux;

import dev.warren.packet.owner.Confined;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Things being opened one after another: all are closed again, the last first, unless all went
 * well.
 *
 * <p><b>Owner:</b> the thread that opens.
 */
@Confined("opener")
final class Opening implements AutoCloseable {
  private final Deque<Part> parts = new ArrayDeque<>();

  /** Something that closes without complaint. */
  @FunctionalInterface
  interface Part {
    void close();
  }

  EventDescriptor add(EventDescriptor event) {
    parts.push(event::close);
    return event;
  }

  NetlinkSocket add(NetlinkSocket socket) {
    parts.push(socket::close);
    return socket;
  }

  /** Keeps everything open. */
  void succeed() {
    parts.clear();
  }

  @Override
  public void close() {
    parts.forEach(Part::close);
  }
}
