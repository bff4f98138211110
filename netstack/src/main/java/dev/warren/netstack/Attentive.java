package dev.warren.netstack;

import dev.warren.packet.owner.Shared;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What other threads can ask the device's thread to look after: a link of {@link Attention}.
 *
 * <p><b>Owner:</b> {@link #attend} runs on the device's thread. The flag is set by whoever queues
 * it and cleared before {@code attend}, so what a thread did before it asked is seen there.
 */
@Shared
abstract class Attentive {
  private static final VarHandle QUEUED;

  static {
    try {
      QUEUED = MethodHandles.lookup().findVarHandle(Attentive.class, "queued", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Written by the one who set the flag; published by the queue's head. */
  @Nullable Attentive nextAttentive;

  @SuppressWarnings("unused") // by QUEUED
  private volatile boolean queued;

  /** Does what was asked for since the last time. */
  abstract void attend(long nowNanos);

  /** Whether the caller is the one to queue it. */
  final boolean markQueued() {
    return !queued && QUEUED.compareAndSet(this, false, true);
  }

  final void markTaken() {
    queued = false;
  }
}
