package dev.warren.embed.port;

import dev.warren.packet.Doorbell;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/**
 * Waits by the JDK's selector, which counts in milliseconds: deadlines are met up to one late.
 *
 * <p><b>Owner:</b> {@link #await} and {@link #watch} the device's thread; {@link #ring} any.
 *
 * <p><b>Errors:</b> a selector that fails is no more of use, and throws.
 */
@Shared
public final class SelectorDoorbell implements Doorbell {
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Selector selector;

  private SelectorDoorbell(Selector selector) {
    this.selector = selector;
  }

  /** Makes one that waits for nothing but rings yet. */
  public static SelectorDoorbell open() throws IOException {
    return new SelectorDoorbell(Selector.open());
  }

  /** Wakes also for datagrams of this channel, until it is closed. */
  void watch(DatagramChannel channel) throws IOException {
    channel.register(selector, SelectionKey.OP_READ);
  }

  /** Lets go of channels that were closed. */
  void forgetClosed() {
    select(0);
  }

  @Override
  public void await(long nanos) {
    select(nanos);
  }

  private void select(long nanos) {
    try {
      if (nanos < 0) {
        selector.select(key -> {});
      } else if (nanos == 0) {
        selector.selectNow(key -> {});
      } else {
        selector.select(key -> {}, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void ring() {
    selector.wakeup();
  }

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      // Its descriptors are gone all the same.
    }
  }
}
