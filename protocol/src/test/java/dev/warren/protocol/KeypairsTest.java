package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.Secret;
import dev.warren.protocol.TestDevice.Message;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The three places of a peer's keypairs, and what happens to those that lose theirs. */
class KeypairsTest {
  private final TestDevice[] pair = TestDevice.pair(4);
  private final TestDevice alice = pair[0];
  private final TestDevice bob = pair[1];
  private final IndexTable indices = alice.device.indices();
  private final Keypairs keypairs = new Keypairs(indices);
  private final Map<String, Keypair> made = new HashMap<>();

  /**
   * The table: three letters are previous, current and next, a dash an empty place; {@code n} is
   * the new keypair; what is in no place afterwards must be wiped. There is never a previous one
   * beside a next one.
   */
  @ParameterizedTest
  @CsvSource({
    // before, event, after
    "---, initiator, -n-",
    "-c-, initiator, cn-",
    "pc-, initiator, cn-",
    "--x, initiator, xn-",
    "-cx, initiator, xn-",
    "---, responder, --n",
    "-c-, responder, -cn",
    "pc-, responder, -cn",
    "--x, responder, --n",
    "-cx, responder, -cn",
    "--x, confirm x, -x-",
    "-cx, confirm x, cx-",
    "-cx, confirm c, -cx",
    "pc-, confirm c, pc-",
    "pc-, confirm p, pc-",
    "pc-, clear, ---",
    "-cx, clear, ---",
    "-c-, clear, ---",
    "---, clear, ---",
  })
  void transitions(String before, String event, String after) {
    place(before);
    switch (event) {
      case "initiator" -> keypairs.addAsInitiator(keypair("n", true));
      case "responder" -> keypairs.addAsResponder(keypair("n", false));
      case "clear" -> keypairs.clear();
      default -> {
        String confirmed = event.substring("confirm ".length());
        assertEquals("x".equals(confirmed), keypairs.confirm(keypair(confirmed, false)));
      }
    }
    assertEquals(after, places());
    int alive = 0;
    for (Map.Entry<String, Keypair> entry : made.entrySet()) {
      boolean kept = after.contains(entry.getKey());
      alive += kept ? 1 : 0;
      Keypair keypair = entry.getValue();
      assertEquals(kept, works(keypair), "keypair " + entry.getKey());
      Keypair found = (Keypair) indices.lookup(keypair.localIndex());
      assertEquals(kept ? keypair : null, found, "index of keypair " + entry.getKey());
    }
    assertEquals(alive, indices.size());
  }

  /** Brings keypairs into places by the events that lead there. */
  private void place(String before) {
    if (before.charAt(0) != '-') {
      keypairs.addAsInitiator(keypair("p", true));
    }
    if (before.charAt(1) != '-') {
      keypairs.addAsInitiator(keypair("c", true));
    }
    if (before.charAt(2) != '-') {
      keypairs.addAsResponder(keypair("x", false));
    }
    assertEquals(before, places());
  }

  private Keypair keypair(String name, boolean isInitiator) {
    return made.computeIfAbsent(name, key -> newKeypair(key, isInitiator, START));
  }

  private Keypair newKeypair(String name, boolean isInitiator, long created) {
    Handshake handshake = alice.handshake(bob);
    int index = indices.insert(handshake);
    byte[] key = new byte[32];
    key[0] = (byte) name.charAt(0);
    Keypair keypair =
        new Keypair(
            alice.peer(bob),
            CryptoEngines.aead().create(key, 0),
            CryptoEngines.aead().create(key, 0),
            isInitiator,
            index,
            0,
            created);
    indices.replace(index, handshake, keypair);
    return keypair;
  }

  private String places() {
    return name(keypairs.previous()) + name(keypairs.current()) + name(keypairs.next());
  }

  private String name(@Nullable Keypair keypair) {
    for (Map.Entry<String, Keypair> entry : made.entrySet()) {
      if (entry.getValue() == keypair) {
        return entry.getKey();
      }
    }
    return "-";
  }

  /**
   * A crossing leaves both sides with a keypair that nobody uses; it must not push out one in use.
   */
  @Test
  void anUnusedNextMakesRoomForTheCurrent() {
    place("-cx");
    Keypair late = newKeypair("n", true, START + Messages.REKEY_TIMEOUT);
    made.put("n", late);
    keypairs.addAsInitiator(late);
    assertEquals("cn-", places());
    assertFalse(works(keypair("x", false)));
  }

  // Who may send with what, in whole devices.

  @Test
  void theResponderSendsNothingBeforeTheInitiatorHas() {
    alice.initiate(bob, START);
    bob.datagram(alice, alice.takeOnlySent().bytes(), START);
    Message response = bob.takeOnlySent();
    bob.tun(START, Packets.packet("10.0.0.2", "10.0.0.1", 60));
    assertEquals(List.of(), bob.sent);
    assertEquals(1, bob.peer(alice).staged().size());

    alice.datagram(bob, response.bytes(), START);
    bob.datagram(alice, alice.takeOnlySent().bytes(), START);
    assertEquals(Messages.TYPE_TRANSPORT_DATA, bob.takeOnlySent().type());
    assertTrue(bob.peer(alice).staged().isEmpty());
  }

  @Test
  void theResponderGoesOnWithTheOldKeypairUntilTheNewOneIsConfirmed() {
    TestDevice.settle(START, connect());
    Keypair old = bob.current(alice);
    long later = START + 10 * TestDevice.SECOND;
    alice.initiate(bob, later);
    bob.datagram(alice, alice.takeOnlySent().bytes(), later);
    Message response = bob.takeOnlySent();
    Keypair next = bob.peer(alice).keypairs().next();
    assertNotNull(next);

    bob.tun(later, Packets.packet("10.0.0.2", "10.0.0.1", 60));
    byte[] data = bob.takeOnlySent().bytes();
    assertEquals(old.remoteIndex(), Messages.getInt(data, Messages.DATA_RECEIVER_OFFSET));
    // The initiator still opens it after it has got the new keys.
    alice.datagram(bob, response.bytes(), later);
    alice.datagram(bob, data, later);
    assertEquals(1, alice.written.size());

    bob.datagram(alice, alice.takeOnlySent().bytes(), later);
    assertEquals(next, bob.current(alice));
    assertEquals(old, bob.peer(alice).keypairs().previous());
    bob.tun(later, Packets.packet("10.0.0.2", "10.0.0.1", 60));
    data = bob.takeOnlySent().bytes();
    assertEquals(next.remoteIndex(), Messages.getInt(data, Messages.DATA_RECEIVER_OFFSET));
  }

  /** A forger who replays the peer's data with the old keypair confirms nothing. */
  @Test
  void onlyDataOfTheNextKeypairConfirmsIt() {
    TestDevice.settle(START, connect());
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    byte[] oldData = alice.takeOnlySent().bytes();
    long later = START + 10 * TestDevice.SECOND;
    alice.initiate(bob, later);
    bob.datagram(alice, alice.takeOnlySent().bytes(), later);
    bob.datagram(alice, oldData, later);
    assertEquals(1, bob.written.size());
    assertNotNull(bob.peer(alice).keypairs().next());
  }

  @Test
  void crossingInitiationsLeaveKeysThatBothSidesHave() {
    alice.initiate(bob, START);
    bob.initiate(alice, START);
    Message fromAlice = alice.takeOnlySent();
    Message fromBob = bob.takeOnlySent();
    alice.datagram(bob, fromBob.bytes(), START);
    bob.datagram(alice, fromAlice.bytes(), START);
    // Each forgot its own initiation for the other's, so each refuses the response.
    TestDevice.settle(START, pair);
    assertEquals(1, alice.dropped(DropReason.INVALID_RESPONSE));
    assertEquals(1, bob.dropped(DropReason.INVALID_RESPONSE));

    // Of the two retries one is put off, so that they do not cross again.
    long retry = START + 5 * TestDevice.SECOND + Messages.REKEY_TIMEOUT_JITTER_MAX;
    alice.deadline(retry);
    bob.deadline(retry);
    assertEquals(1, alice.sent.size() + bob.sent.size());
    TestDevice.settle(retry, pair);
    alice.tun(retry, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    bob.tun(retry, Packets.packet("10.0.0.2", "10.0.0.1", 60));
    TestDevice.settle(retry, pair);
    assertEquals(1, alice.written.size());
    assertEquals(1, bob.written.size());
    assertEquals(1, alice.device.indices().size(), "the unused next is gone");
    assertEquals(1, bob.device.indices().size());
  }

  /** Both get the other's response, since each answers before it hears of the other's beginning. */
  @Test
  void crossedResponsesKeepWhatThePeerMayUse() {
    alice.initiate(bob, START);
    bob.datagram(alice, alice.takeOnlySent().bytes(), START);
    Message responseOfBob = bob.takeOnlySent();
    bob.peer(alice).resetLastSentHandshake();
    bob.initiate(alice, START);
    Message initiationOfBob = bob.takeOnlySent();
    // Alice finishes hers as initiator, then answers Bob's.
    alice.datagram(bob, responseOfBob.bytes(), START);
    Message keepalive = alice.takeOnlySent();
    alice.datagram(bob, initiationOfBob.bytes(), START);
    Message responseOfAlice = alice.takeOnlySent();
    bob.datagram(alice, responseOfAlice.bytes(), START);
    // Bob, who now sends with the newer, still opens what Alice sends with the older.
    bob.datagram(alice, keepalive.bytes(), START);
    assertEquals(0, bob.dropped());
    TestDevice.settle(START, pair);
    assertEquals(
        alice.current(bob).localIndex(), bob.current(alice).remoteIndex(), "the newer for both");
  }

  @Test
  void theInterfaceGoingDownWipesEveryKeypairAndIndex() {
    TestDevice.settle(START, connect());
    alice.initiate(bob, START + 5 * TestDevice.SECOND);
    TestDevice.settle(START + 5 * TestDevice.SECOND, pair);
    List<Keypair> all = new ArrayList<>();
    all.add(alice.current(bob));
    all.add(Objects.requireNonNull(alice.peer(bob).keypairs().previous()));
    alice.initiate(bob, START + 10 * TestDevice.SECOND);
    assertEquals(3, alice.device.indices().size());

    alice.device.down();
    assertEquals(0, alice.device.indices().size());
    for (Keypair keypair : all) {
      assertFalse(works(keypair));
    }
    assertNull(alice.peer(bob).keypairs().current());
    assertEquals(Long.MAX_VALUE, alice.device.nextDeadlineNanos());
  }

  @Test
  void aPeerThatIsRemovedLeavesNothingBehind() {
    TestDevice.settle(START, connect());
    Keypair keypair = alice.current(bob);
    alice.initiate(bob, START + 5 * TestDevice.SECOND);
    alice.device.removePeer(alice.peer(bob));
    assertEquals(0, alice.device.indices().size());
    assertFalse(works(keypair));
    assertEquals(Long.MAX_VALUE, alice.device.nextDeadlineNanos());
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    assertEquals(1, alice.dropped(DropReason.NO_ROUTE));
  }

  @Test
  void anotherPrivateKeyStopsSendingWithTheOldKeypairs() {
    TestDevice.settle(START, connect());
    bob.tun(START, Packets.packet("10.0.0.2", "10.0.0.1", 60));
    Message onItsWay = bob.takeOnlySent();
    alice.device.setPrivateKey(Secret.generate(new SeededRandom(77)));
    alice.sent.clear();
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    Message initiation = alice.takeOnlySent();
    assertEquals(Messages.TYPE_INITIATION, initiation.type(), "at once, not 5 s after the last");
    assertEquals(1, alice.peer(bob).staged().size());
    alice.datagram(bob, onItsWay.bytes(), START);
    assertEquals(1, alice.written.size(), "what is on its way still arrives");
  }

  @Test
  void aPeerWithOurOwnKeyGoesWhenTheKeyComes() {
    TestDevice carol = new TestDevice(5, "192.0.2.3");
    carol.knows(alice, "10.0.0.1/32");
    carol.device.setPrivateKey(copyOfSecret(alice));
    assertNull(carol.device.peer(alice.key));
    carol.tun(START, Packets.packet("10.0.0.3", "10.0.0.1", 60));
    assertEquals(1, carol.dropped(DropReason.NO_ROUTE));
  }

  private TestDevice[] connect() {
    alice.initiate(bob, START);
    return pair;
  }

  private static Secret copyOfSecret(TestDevice device) {
    byte[] bytes = new byte[32];
    device.identity().privateKey().secret().copyTo(bytes, 0);
    return Secret.of(bytes, 0);
  }

  /** Whether a keypair still seals and opens; a wiped one refuses both. */
  private static boolean works(Keypair keypair) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(64);
      boolean seals = keypair.sealing().seal(0, memory, 0, 16);
      boolean opens = keypair.opening().open(0, memory, 0, 32);
      assertEquals(seals, opens);
      return seals;
    }
  }
}
