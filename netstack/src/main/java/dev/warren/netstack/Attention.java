package dev.warren.netstack;

import dev.warren.packet.owner.Shared;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Who wants the device's thread's attention: many threads add, the device's thread takes all.
 *
 * <p>A stack of links within the objects themselves: nothing is allocated, no lock is taken, and
 * each object is in it at most once, so it is as long as there are objects at most.
 *
 * <p><b>Owner:</b> {@link #add} any thread, the rest the device's. Adding to an empty queue rings;
 * adding to one that is not empty need not, since whoever began it did, and the device's thread
 * empties it before it sleeps.
 */
@Shared
final class Attention {
  private static final VarHandle HEAD;

  static {
    try {
      HEAD = MethodHandles.lookup().findVarHandle(Attention.class, "head", Attentive.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Runnable wake;
  private volatile @Nullable Attentive head;

  /** The device's thread while it is within the stack; a thread sees itself here or it does not. */
  private @Nullable Thread inside;

  Attention(Runnable wake) {
    this.wake = wake;
  }

  /** Asks for {@link Attentive#attend}; what was asked for already is not asked for twice. */
  void add(Attentive object) {
    if (!object.markQueued()) {
      return;
    }
    Attentive first;
    do {
      first = head;
      object.nextAttentive = first;
    } while (!HEAD.compareAndSet(this, first, object));
    if (first == null && inside != Thread.currentThread()) {
      wake.run();
    }
  }

  /** The device's thread enters the stack: it need not be woken by what it does itself. */
  void enter() {
    inside = Thread.currentThread();
  }

  void leave() {
    inside = null;
  }

  boolean isEmpty() {
    return head == null;
  }

  /** Attends to all, in the order they were added. */
  void drain(long nowNanos) {
    if (head == null) {
      return;
    }
    Attentive newest = (Attentive) HEAD.getAndSet(this, (Attentive) null);
    Attentive oldest = null;
    while (newest != null) {
      Attentive older = newest.nextAttentive;
      newest.nextAttentive = oldest;
      oldest = newest;
      newest = older;
    }
    while (oldest != null) {
      Attentive next = oldest.nextAttentive;
      oldest.nextAttentive = null;
      oldest.markTaken();
      oldest.attend(nowNanos);
      oldest = next;
    }
  }
}
