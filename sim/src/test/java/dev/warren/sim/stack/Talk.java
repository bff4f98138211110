package dev.warren.sim.stack;

import dev.warren.netstack.TcpConnection;
import dev.warren.packet.IpAddress;
import org.jspecify.annotations.Nullable;

/** A connection to be, with both sides' programs. */
final class Talk {
  final long number;
  final StackHost from;
  final StackHost to;
  final boolean v6;
  final int port;
  final Plan calling;
  final Plan called;
  final TalkEnd caller;
  @Nullable TalkEnd callee;

  /** Whether it may end otherwise than well: by plan, or because a host was lost. */
  boolean mayFail;

  Talk(
      long number,
      StackHost from,
      StackHost to,
      boolean v6,
      int port,
      Plan calling,
      Plan called,
      boolean mayFail) {
    this.number = number;
    this.from = from;
    this.to = to;
    this.v6 = v6;
    this.port = port;
    this.calling = calling;
    this.called = called;
    this.mayFail = mayFail;
    caller = new TalkEnd("caller of " + number);
  }

  /** The caller's side begins. */
  void call(StackWorld world) {
    IpAddress remote = to.address(v6);
    TcpConnection connection = from.stack().connect(null, 0, remote, port, caller);
    caller.begin(world, from, this, connection, calling, number * 2, number * 2 + 1);
  }

  /** The other side's, once the connection was accepted there. */
  void answer(StackWorld world, TalkEnd end, TcpConnection connection) {
    if (callee != null) {
      throw new AssertionError(this + " accepted twice");
    }
    callee = end;
    end.begin(world, to, this, connection, called, number * 2 + 1, number * 2);
  }

  /** The other side of one of its ends. */
  @Nullable TalkEnd other(TalkEnd end) {
    return end == caller ? callee : caller;
  }

  /** A host is lost, and the end there with it. */
  void loseAt(StackHost host) {
    if (from == host) {
      caller.lose();
    }
    if (to == host && callee != null) {
      callee.lose();
    }
  }

  /** Nobody answers at all. */
  boolean isOneSided() {
    return callee == null;
  }

  /** Both programs have had enough. */
  void giveUp() {
    caller.giveUp();
    if (callee != null) {
      callee.giveUp();
    }
  }

  boolean isOver() {
    return caller.isOver() && (callee == null || callee.isOver());
  }

  /** What is wrong with how it ended, or null. */
  @Nullable String objection() {
    if (!isOver()) {
      return "not over";
    }
    if (mayFail) {
      return null;
    }
    TalkEnd answering = callee;
    if (answering == null) {
      // The last step of opening may be lost as often as it is tried; then the other side knows of
      // nothing, and says so when data comes.
      return caller.failure() != null ? null : "never accepted";
    }
    return caller.hasFailedBefore(answering) || answering.hasFailedBefore(caller) ? "failed" : null;
  }

  @Override
  public String toString() {
    return "talk %d %s > %s %s [%s | %s]"
        .formatted(number, from, to, v6 ? "v6" : "v4", caller, callee);
  }
}
