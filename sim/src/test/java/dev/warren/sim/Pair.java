package dev.warren.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.memory.Datagram;
import dev.warren.protocol.Messages;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Alice (192.0.2.1, inside 10.0.0.1) and Bob (192.0.2.2, inside 10.0.0.2), 10 ms from each other,
 * who know each other's endpoint.
 */
final class Pair {
  static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

  /** One way. */
  static final long DELAY = 10 * MILLISECOND;

  static final long JITTER = 333 * MILLISECOND;

  final World world;
  final Host alice;
  final Host bob;
  final Flow there;
  final Flow back;

  Pair(long seed) {
    world = new World(seed);
    alice = world.host("alice", "192.0.2.1");
    bob = world.host("bob", "192.0.2.2");
    alice.peer(bobAsPeer());
    bob.peer(aliceAsPeer());
    there = world.flow(alice, "10.0.0.1", bob, "10.0.0.2");
    back = world.flow(bob, "10.0.0.2", alice, "10.0.0.1");
  }

  PeerSettings aliceAsPeer() {
    return PeerSettings.of(alice, "10.0.0.1/32");
  }

  PeerSettings bobAsPeer() {
    return PeerSettings.of(bob, "10.0.0.2/32");
  }

  long now() {
    return world.now();
  }

  /** Seconds since the world began, for times in a script. */
  static long second(double seconds) {
    return World.START + (long) (seconds * SECOND);
  }

  void run(double seconds) {
    world.run((long) (seconds * SECOND));
  }

  void runUntil(double second) {
    world.runUntil(second(second));
  }

  /** Makes Alice initiate; Bob's keepalive for her packet is yet to come. */
  void connect() {
    there.send();
    run(1);
    assertTrue(there.arrivals().size() == 1, "connected");
  }

  /**
   * Makes Alice initiate, waits until both sides have no more to say, and forgets what was seen.
   */
  void connectAndRest() {
    connect();
    run(11);
    world.wire().forget();
  }

  /** Nothing of what {@code lost} says arrives from now on. */
  void lose(Predicate<Sighting> lost) {
    world.wire().route(datagram -> lost.test(sighting(datagram)) ? null : datagram);
  }

  /** Everything arrives again. */
  void loseNothing() {
    world.wire().route(datagram -> datagram);
  }

  private Sighting sighting(Datagram datagram) {
    return new Sighting(world.now(), datagram);
  }

  List<Sighting> seen(Predicate<Sighting> what) {
    return world.wire().sightings().stream().filter(what).toList();
  }

  List<Sighting> initiations(Host from) {
    return seen(s -> s.isFrom(from) && s.type() == Messages.TYPE_INITIATION);
  }

  List<Sighting> keepalives(Host from) {
    return seen(s -> s.isFrom(from) && s.isKeepalive());
  }

  List<Sighting> data(Host from) {
    return seen(s -> s.isFrom(from) && s.isData());
  }

  static boolean isHandshake(Sighting sighting) {
    return sighting.type() != Messages.TYPE_TRANSPORT_DATA;
  }

  /** Asserts that a time lies within bounds, both included. */
  static void assertWithin(long from, long to, long nanos) {
    assertTrue(
        from <= nanos && nanos <= to,
        () -> seconds(nanos) + " is not within " + seconds(from) + " and " + seconds(to));
  }

  private static String seconds(long nanos) {
    return (nanos - World.START) / 1e9 + " s";
  }
}
