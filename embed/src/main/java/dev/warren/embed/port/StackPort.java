package dev.warren.embed.port;

import dev.warren.engine.MonotonicClock;
import dev.warren.netstack.Stack;
import dev.warren.packet.Batch;
import dev.warren.packet.TunPort;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Lets a stack stand where the TUN interface would: what the tunnel delivers the stack receives,
 * what the stack sends the tunnel reads.
 *
 * <p><b>Owner:</b> the device's thread.
 */
@Confined("device")
public final class StackPort implements TunPort {
  /** Sees each packet that passes. */
  @FunctionalInterface
  public interface Tap {
    /**
     * A packet, which lies in the memory only during the call.
     *
     * @param inbound whether it came out of the tunnel
     */
    void packet(boolean inbound, MemorySegment memory, int offset, int length);
  }

  private final String name;
  private final int mtu;
  private final Stack stack;
  private final MonotonicClock clock;
  private final @Nullable Tap tap;

  /** A port of this name and MTU in bytes. */
  public StackPort(String name, int mtu, Stack stack, MonotonicClock clock, @Nullable Tap tap) {
    this.name = name;
    this.mtu = mtu;
    this.stack = stack;
    this.clock = clock;
    this.tap = tap;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int mtu() {
    return mtu;
  }

  @Override
  public int read(Batch batch) {
    batch.clear();
    int count = stack.transmit(batch, clock.nanos());
    show(false, batch);
    return count;
  }

  @Override
  public int write(Batch batch) {
    show(true, batch);
    stack.receive(batch, clock.nanos());
    return batch.count();
  }

  private void show(boolean inbound, Batch batch) {
    if (tap != null) {
      for (int slot = 0; slot < batch.count(); slot++) {
        tap.packet(inbound, batch.memory(), batch.offset(slot), batch.length(slot));
      }
    }
  }

  @Override
  public void close() {
    stack.close();
  }
}
