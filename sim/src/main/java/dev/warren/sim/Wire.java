package dev.warren.sim;

import dev.warren.packet.memory.Datagram;
import dev.warren.packet.memory.Link;
import dev.warren.packet.owner.Confined;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The network between the hosts: notes every datagram that is sent, then loses it, repeats it or
 * lets it arrive later, as {@link Conditions} and chance decide.
 *
 * <p><b>Owner:</b> the world's thread.
 */
@Confined("sim")
public final class Wire {
  private final Clock clock;
  private final Random random;
  private final Link.Delivery delivery;
  private final List<Sighting> sightings = new ArrayList<>();
  private final PriorityQueue<Flight> flights =
      new PriorityQueue<>(
          Comparator.comparingLong(Flight::nanos).thenComparingLong(Flight::number));
  private long flightCount;
  private Conditions conditions = Conditions.delay(10_000_000);
  private Route route = datagram -> datagram;

  /** A datagram on its way. */
  private record Flight(long nanos, long number, Datagram datagram) {}

  /** Where a datagram goes on the way: the place for translation, cut cables and tampering. */
  @FunctionalInterface
  public interface Route {
    /** What becomes of a datagram; null when it goes nowhere. */
    @Nullable Datagram pass(Datagram datagram);
  }

  Wire(Clock clock, Random random, Link.Delivery delivery) {
    this.clock = clock;
    this.random = random;
    this.delivery = delivery;
  }

  /**
   * Sets what the network does from now on; what is on its way already arrives as it would have.
   */
  public void conditions(Conditions newConditions) {
    conditions = newConditions;
  }

  /** Sets the route from now on. */
  public void route(Route newRoute) {
    route = newRoute;
  }

  /** All that was sent, as it left its sender. */
  public List<Sighting> sightings() {
    return sightings;
  }

  /** Forgets what was seen. */
  public void forget() {
    sightings.clear();
  }

  void carry(Datagram sent) {
    sightings.add(new Sighting(clock.nanos(), sent));
    Datagram datagram = route.pass(sent);
    if (datagram == null) {
      return;
    }
    int copies = random.nextDouble() < conditions.duplication() ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (random.nextDouble() >= conditions.loss()) {
        long spread = conditions.maxDelayNanos() - conditions.minDelayNanos();
        long delay = conditions.minDelayNanos() + (long) (random.nextDouble() * spread);
        flights.add(new Flight(clock.nanos() + delay, flightCount++, datagram));
      }
    }
  }

  /** Hands over what has arrived; whether there was anything. */
  boolean deliverDue() {
    boolean any = false;
    for (Flight next; (next = flights.peek()) != null && next.nanos() <= clock.nanos(); ) {
      flights.remove();
      delivery.deliver(next.datagram());
      any = true;
    }
    return any;
  }

  long nextNanos() {
    Flight next = flights.peek();
    return next == null ? Long.MAX_VALUE : next.nanos();
  }
}
