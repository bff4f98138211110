package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.SECOND;
import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.Prefix;
import dev.warren.protocol.TestDevice.Message;
import dev.warren.protocol.config.AllowedIpEdit;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.config.PeerChange;
import dev.warren.protocol.config.PeerSnapshot;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a change of configuration does to a device that is at work. */
class ConfigurationTest {
  private final TestDevice[] pair = TestDevice.connectedPair(23, START);
  private final TestDevice alice = pair[0];
  private final TestDevice bob = pair[1];

  // The persistent keepalive.

  @Test
  void switchingTheKeepaliveOnSendsOneAtOnce() {
    change(alice, bob, START, peer -> peer.persistentKeepalive(25));
    assertEquals(32, alice.takeOnlySent().bytes().length);
    assertKeepalivesUntil(START + 100 * SECOND, 25);
  }

  @Test
  void anotherIntervalDoesNotStopTheKeepalive() {
    change(alice, bob, START, peer -> peer.persistentKeepalive(25));
    alice.sent.clear();
    change(alice, bob, START + SECOND, peer -> peer.persistentKeepalive(10));
    assertKeepalivesUntil(START + 60 * SECOND, 10);
  }

  @Test
  void theSameIntervalAgainChangesNothing() {
    change(alice, bob, START, peer -> peer.persistentKeepalive(25));
    alice.sent.clear();
    change(alice, bob, START + SECOND, peer -> peer.persistentKeepalive(25));
    assertKeepalivesUntil(START + 100 * SECOND, 25);
  }

  @Test
  void switchingTheKeepaliveOffEndsIt() {
    change(alice, bob, START, peer -> peer.persistentKeepalive(25));
    alice.sent.clear();
    change(alice, bob, START + SECOND, peer -> peer.persistentKeepalive(0));
    runUntil(START + 100 * SECOND);
    assertEquals(List.of(), alice.sent);
  }

  /** {@code wg set wg0 peer ... persistent-keepalive 25}, and the endpoint only in a later call. */
  @Test
  void aKeepaliveThatIsSetBeforeTheEndpointBeginsWhenThatComes() {
    TestDevice[] strangers = TestDevice.pair(24);
    strangers[0].peer(strangers[1]).endpoint(null);
    change(strangers[0], strangers[1], START, peer -> peer.persistentKeepalive(25));
    runUntil(strangers[0], START + 100 * SECOND);
    assertEquals(List.of(), strangers[0].sent);
    long now = START + 101 * SECOND;
    change(strangers[0], strangers[1], now, peer -> peer.endpoint(strangers[1].endpoint));
    runUntil(strangers[0], now + 25 * SECOND);
    assertTrue(!strangers[0].sent.isEmpty(), "a handshake within the interval");
    assertEquals(Messages.TYPE_INITIATION, strangers[0].sent.getFirst().type());
  }

  /** The same for a device that gets its key last. */
  @Test
  void aKeepaliveThatIsSetBeforeThePrivateKeyBeginsWhenThatComes() {
    TestDevice[] strangers = TestDevice.pair(25);
    Secret key = secretOf(strangers[0]);
    strangers[0].device.setPrivateKey(null);
    change(strangers[0], strangers[1], START, peer -> peer.persistentKeepalive(25));
    runUntil(strangers[0], START + 100 * SECOND);
    assertEquals(List.of(), strangers[0].sent);
    apply(strangers[0], key, START + 101 * SECOND);
    runUntil(strangers[0], START + 127 * SECOND);
    assertTrue(!strangers[0].sent.isEmpty(), "a handshake within the interval");
  }

  private void assertKeepalivesUntil(long end, int seconds) {
    long before = START;
    int count = 0;
    while (alice.device.nextDeadlineNanos() <= end) {
      long now = alice.device.nextDeadlineNanos();
      alice.deadline(now);
      for (Message message : alice.takeSent()) {
        assertEquals(32, message.bytes().length);
        assertTrue(now - before <= 25 * SECOND);
        before = now;
        count++;
      }
    }
    assertTrue(count >= 60 / seconds - 3, "only " + count);
    assertTrue(end - before <= seconds * SECOND, "the last long ago");
  }

  // Keys.

  @Test
  void theSamePrivateKeyAgainChangesNothing() {
    Keypair before = alice.current(bob);
    apply(alice, secretOf(alice), START);
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    TestDevice.settle(START, pair);
    assertEquals(1, bob.written.size());
    assertEquals(before, alice.current(bob));
    assertEquals(1, before.sendCounter() - 1, "after the keepalive, with the same keypair");
  }

  /** The mistake of others: {@code wg set} writes keys unclamped, as some tool made them. */
  @Test
  void theSamePrivateKeyUnclampedChangesNothing() {
    Keypair before = alice.current(bob);
    byte[] bytes = new byte[32];
    secretOf(alice).copyTo(bytes, 0);
    bytes[0] |= 5;
    bytes[31] ^= (byte) 0x80;
    apply(alice, Secret.of(bytes, 0), START);
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    TestDevice.settle(START, pair);
    assertEquals(1, bob.written.size());
    assertEquals(before, alice.current(bob));
  }

  @Test
  void anotherPrivateKeyIsUsedForTheNextHandshake() {
    TestDevice other = new TestDevice(77, "192.0.2.77");
    Peer atBob = bob.device.addPeer(other.key);
    atBob.endpoint(alice.endpoint);
    bob.device.allowedIps().insert(prefix("10.0.0.1/32"), atBob);
    apply(alice, secretOf(other), START);
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    TestDevice.settle(START, pair);
    assertEquals(1, bob.written.size());
    assertNotNull(atBob.keypairs().current());
  }

  @Test
  void noPrivateKeyMeansNoMoreMessages() {
    apply(alice, Secret.of(new byte[32], 0), START);
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    runUntil(START + 1_000 * SECOND);
    assertEquals(List.of(), alice.sent);
    try (DeviceSnapshot snapshot = alice.device.snapshot(0, 0)) {
      assertNull(snapshot.privateKey());
    }
  }

  @Test
  void anotherPresharedKeyReachesTheNextHandshake() {
    Keypair before = alice.current(bob);
    change(alice, bob, START, peer -> peer.presharedKey(filled(3)));
    long later = START + 5 * SECOND;
    alice.initiate(bob, later);
    TestDevice.settle(later, pair);
    assertEquals(1, alice.dropped(DropReason.INVALID_RESPONSE));
    assertEquals(before, alice.current(bob), "the old keys go on meanwhile");

    change(bob, alice, later, peer -> peer.presharedKey(filled(3)));
    alice.initiate(bob, later + 5 * SECOND);
    TestDevice.settle(later + 5 * SECOND, pair);
    assertNotEquals(before, alice.current(bob));

    change(alice, bob, later, peer -> peer.presharedKey(filled(0)));
    change(bob, alice, later, peer -> peer.presharedKey(filled(0)));
    assertNull(alice.handshake(bob).presharedKey());
    before = alice.current(bob);
    alice.initiate(bob, later + 10 * SECOND);
    TestDevice.settle(later + 10 * SECOND, pair);
    assertNotEquals(before, alice.current(bob));
  }

  // Peers.

  @Test
  void ourOwnKeyIsNoPeer() {
    change(alice, alice.key, START, peer -> peer.persistentKeepalive(25));
    assertNull(alice.device.peer(alice.key));
    assertEquals(1, alice.device.peers().size());
  }

  @Test
  void aRemovedPeerGoesAtOnceAndWithItsPackets() {
    TestDevice[] strangers = TestDevice.pair(26);
    strangers[0].tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    byte[] initiation = strangers[0].takeOnlySent().bytes();
    strangers[1].datagram(strangers[0], initiation, START);
    change(strangers[0], strangers[1], START, PeerChange.Builder::remove);
    assertEquals(1, strangers[0].dropped(DropReason.STAGED_PURGED));
    TestDevice.settle(START, strangers);
    assertEquals(1, strangers[0].dropped(DropReason.INVALID_RESPONSE));
    assertEquals(0, strangers[1].written.size());
    change(strangers[0], strangers[1], START, PeerChange.Builder::remove);
  }

  @Test
  void updateOnlyMakesNoPeer() {
    TestDevice carol = new TestDevice(27, "192.0.2.3");
    change(
        alice,
        carol.key,
        START,
        peer -> {
          peer.updateOnly();
          peer.endpoint(carol.endpoint);
        });
    assertNull(alice.device.peer(carol.key));
  }

  @Test
  void waitingPacketsGoToTheNewEndpoint() {
    TestDevice[] strangers = TestDevice.pair(28);
    strangers[0].tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    strangers[0].sent.clear();
    long later = START + 4 * SECOND;
    change(strangers[0], strangers[1], later, peer -> peer.endpoint(strangers[1].endpoint));
    assertEquals(List.of(), strangers[0].sent, "not so soon after the last");
    runUntil(strangers[0], START + 5 * SECOND + Messages.REKEY_TIMEOUT_JITTER_MAX);
    TestDevice.settle(START + 6 * SECOND, strangers);
    assertEquals(1, strangers[1].written.size());
  }

  @Test
  void replacedPeersAreNewOnes() {
    Peer before = alice.peer(bob);
    PeerChange.Builder again = new PeerChange.Builder(bob.key);
    again.allowedIp(new AllowedIpEdit(prefix("10.0.0.2/32"), false));
    DeviceChange change = new DeviceChange(null, null, null, true, List.of(again.build()));
    assertEquals(0, alice.device.apply(change, START));
    assertNotEquals(before, alice.peer(bob));
    assertEquals(0, alice.device.indices().size());
    assertNull(alice.peer(bob).endpoint());
  }

  @Test
  void aSnapshotSaysWhatIsThere() {
    change(
        alice,
        bob,
        START,
        peer -> {
          peer.presharedKey(filled(9));
          peer.persistentKeepalive(7);
        });
    try (DeviceSnapshot snapshot = alice.device.snapshot(1234, 5)) {
      assertEquals(1234, snapshot.listenPort());
      assertEquals(5, snapshot.fwmark());
      assertTrue(secretOf(alice).equalTo(Objects.requireNonNull(snapshot.privateKey())));
      PeerSnapshot peer = snapshot.peers().getFirst();
      assertEquals(bob.key, peer.publicKey());
      assertEquals(bob.endpoint, peer.endpoint());
      assertEquals(7, peer.persistentKeepalive());
      assertEquals(alice.epochNanos, peer.lastHandshakeEpochNanos());
      assertTrue(filled(9).equalTo(Objects.requireNonNull(peer.presharedKey())));
      assertEquals(List.of(prefix("10.0.0.2/32"), prefix("fd00::2/128")), peer.allowedIps());
    }
    assertTrue(secretOf(alice).equalTo(secretOf(alice)), "closing wipes only the copies");
    assertTrue(!secretOf(alice).isZero());
  }

  @Test
  void nothingMovesWhileTheInterfaceIsDown() {
    alice.device.down();
    change(alice, bob, START, peer -> peer.persistentKeepalive(1));
    runUntil(START + 100 * SECOND);
    assertEquals(List.of(), alice.sent);
    alice.device.up(START + 100 * SECOND);
    alice.device.outbox().flush();
    assertEquals(Messages.TYPE_INITIATION, alice.takeOnlySent().type());
  }

  private void runUntil(long end) {
    runUntil(alice, end);
  }

  /** Lets the timers run; nobody answers. */
  private static void runUntil(TestDevice device, long end) {
    while (device.device.nextDeadlineNanos() <= end) {
      device.deadline(device.device.nextDeadlineNanos());
    }
  }

  private static void change(
      TestDevice device, TestDevice other, long now, Consumer<PeerChange.Builder> edit) {
    change(device, other.key, now, edit);
  }

  private static void change(
      TestDevice device, PublicKey key, long now, Consumer<PeerChange.Builder> edit) {
    PeerChange.Builder peer = new PeerChange.Builder(key);
    edit.accept(peer);
    DeviceChange change = new DeviceChange(null, null, null, false, List.of(peer.build()));
    assertEquals(0, device.device.apply(change, now));
    device.device.outbox().flush();
  }

  private static void apply(TestDevice device, Secret privateKey, long now) {
    DeviceChange change = new DeviceChange(privateKey, null, null, false, List.of());
    assertEquals(0, device.device.apply(change, now));
    device.device.outbox().flush();
  }

  private static Secret filled(int value) {
    byte[] bytes = new byte[32];
    bytes[31] = (byte) value;
    return Secret.of(bytes, 0);
  }

  private static Secret secretOf(TestDevice device) {
    byte[] bytes = new byte[32];
    device.identity().privateKey().secret().copyTo(bytes, 0);
    return Secret.of(bytes, 0);
  }

  private static Prefix prefix(String text) {
    return Objects.requireNonNull(Prefix.parse(text));
  }
}
