package dev.warren.embed.proxy.relay;

import dev.warren.packet.owner.Shared;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one service has done.
 *
 * <p><b>Owner:</b> any thread; sums are those of no single moment.
 */
@Shared
public final class ServiceCounters {
  private final String protocol;
  private final String place;
  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder fromClients = new LongAdder();
  private final LongAdder toClients = new LongAdder();
  private final Map<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class);

  /**
   * Nothing yet.
   *
   * @param protocol such as {@code socks5}
   * @param place where it is served, such as {@code 127.0.0.1:1080}
   */
  public ServiceCounters(String protocol, String place) {
    this.protocol = protocol;
    this.place = place;
    for (Refusal refusal : Refusal.values()) {
      refusals.put(refusal, new LongAdder());
    }
  }

  /** What is spoken. */
  public String protocol() {
    return protocol;
  }

  /** Where. */
  public String place() {
    return place;
  }

  /** Another client is served: a connection, or who sends datagrams. */
  public void opened() {
    opened.increment();
  }

  /** It is served no longer. */
  public void closed() {
    closed.increment();
  }

  /** Bytes were passed on from a client. */
  public void fromClient(int bytes) {
    fromClients.add(bytes);
  }

  /** Bytes were passed on to a client. */
  public void toClient(int bytes) {
    toClients.add(bytes);
  }

  /** Something was not done. */
  public void refused(Refusal why) {
    LongAdder counter = refusals.get(why);
    if (counter != null) {
      counter.increment();
    }
  }

  /** How many clients were served, ever. */
  public long openedCount() {
    return opened.sum();
  }

  /** How many are served. */
  public long openCount() {
    return Math.max(0, opened.sum() - closed.sum());
  }

  /** Bytes of clients that were passed on. */
  public long fromClientBytes() {
    return fromClients.sum();
  }

  /** Bytes that were passed on to clients. */
  public long toClientBytes() {
    return toClients.sum();
  }

  /** How often something was not done for this reason. */
  public long refusals(Refusal why) {
    LongAdder counter = refusals.get(why);
    return counter == null ? 0 : counter.sum();
  }
}
