package dev.warren.netstack;

import dev.warren.packet.owner.Shared;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a stack counts: an array, first a number for each {@link Fate} by its ordinal.
 *
 * <p><b>Owner:</b> written by the device's thread alone, read by any: opaque accesses, so each
 * number is whole and gets seen in time, and nothing is said about their order.
 */
@Shared
@SuppressWarnings("EnumOrdinal") // never stored or sent
public final class StackCounters {
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final Fate[] FATES = Fate.values();

  private static final int PACKETS_IN = FATES.length;
  private static final int BYTES_IN = PACKETS_IN + 1;
  private static final int PACKETS_OUT = PACKETS_IN + 2;
  private static final int BYTES_OUT = PACKETS_IN + 3;
  private static final int ERRORS_SENT = PACKETS_IN + 4;
  private static final int ERRORS_WITHHELD = PACKETS_IN + 5;
  private static final int REASSEMBLY_GIVEN_UP = PACKETS_IN + 6;
  private static final int DATAGRAMS_UNSENT = PACKETS_IN + 7;

  private final long[] values = new long[PACKETS_IN + 8];

  StackCounters() {}

  /** How many packets came to this end. */
  public long count(Fate fate) {
    return read(fate.ordinal());
  }

  /** Packets that came in, those from the host to itself included. */
  public long packetsIn() {
    return read(PACKETS_IN);
  }

  /** Their bytes. */
  public long bytesIn() {
    return read(BYTES_IN);
  }

  /** Packets that went out to others. */
  public long packetsOut() {
    return read(PACKETS_OUT);
  }

  /** Their bytes. */
  public long bytesOut() {
    return read(BYTES_OUT);
  }

  /** ICMP errors sent. */
  public long icmpErrorsSent() {
    return read(ERRORS_SENT);
  }

  /** ICMP errors not sent, because there were too many lately. */
  public long icmpErrorsWithheld() {
    return read(ERRORS_WITHHELD);
  }

  /** Packets of which fragments were missing when their time or the room was up. */
  public long reassemblyGivenUp() {
    return read(REASSEMBLY_GIVEN_UP);
  }

  /** Datagrams of ours that had no source address to go from. */
  public long datagramsUnsent() {
    return read(DATAGRAMS_UNSENT);
  }

  void received(Fate fate, int bytes) {
    add(fate.ordinal(), 1);
    add(PACKETS_IN, 1);
    add(BYTES_IN, bytes);
  }

  void sent(int bytes) {
    add(PACKETS_OUT, 1);
    add(BYTES_OUT, bytes);
  }

  void errorSent() {
    add(ERRORS_SENT, 1);
  }

  void errorWithheld() {
    add(ERRORS_WITHHELD, 1);
  }

  void gaveUpReassembly() {
    add(REASSEMBLY_GIVEN_UP, 1);
  }

  void datagramUnsent() {
    add(DATAGRAMS_UNSENT, 1);
  }

  private long read(int index) {
    return (long) LONGS.getOpaque(values, index);
  }

  private void add(int index, long amount) {
    LONGS.setOpaque(values, index, values[index] + amount);
  }
}
