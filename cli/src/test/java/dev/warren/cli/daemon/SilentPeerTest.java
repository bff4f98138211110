package dev.warren.cli.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilentPeerTest {
  private static final Endpoint HOME = new Endpoint(IpAddress.v4(1), 51820);
  private static final Endpoint AWAY = new Endpoint(IpAddress.v4(2), 51820);

  private final SilentPeer peer = new SilentPeer();
  private Endpoint endpoint = HOME;
  private long handshakeSecond;
  private long second = 1_000_000;
  private long txBytes;
  private long rxBytes;

  /** Looks again after ten seconds. */
  private boolean look() {
    second += 10;
    long nanos = TimeUnit.SECONDS.toNanos(second);
    long handshake = TimeUnit.SECONDS.toNanos(handshakeSecond);
    return peer.look(new PeerView(endpoint, handshake, txBytes, rxBytes), nanos, nanos);
  }

  @Test
  void nobodyTalksToItSoItIsLeftAlone() {
    for (int i = 0; i < 100; i++) {
      assertFalse(look());
    }
  }

  @Test
  void neverAnsweredIsAskedForAtOnceAndThenEverRarer() {
    StringBuilder looks = new StringBuilder();
    for (int i = 0; i < 130; i++) {
      txBytes += 148;
      looks.append(look() ? '!' : '.');
    }
    String pauses = "!.!...!.......!...............!" + ".".repeat(29) + "!";
    assertEquals(pauses + ".".repeat(29) + "!", looks.substring(0, pauses.length() + 30));
  }

  @Test
  void aHandshakeIsGoodForThreeMinutes() {
    handshakeSecond = second;
    for (int i = 0; i < 18; i++) {
      txBytes += 148;
      assertFalse(look());
    }
    txBytes += 148;
    assertTrue(look());
    // And when it comes back, the next silence is met as fast as the first.
    handshakeSecond = second;
    assertFalse(look());
    second += 200;
    txBytes += 148;
    assertTrue(look());
  }

  @Test
  void whereItRoamedToCountsAsLongAsItAnswers() {
    handshakeSecond = second;
    txBytes += 148;
    look();
    endpoint = AWAY;
    rxBytes += 100;
    txBytes += 100;
    assertFalse(look());
    // Gone from there as well: then its name may say where it is.
    second += 180;
    txBytes += 148;
    assertTrue(look());
  }

  @Test
  void whatTheOperatorSetStays() {
    txBytes += 148;
    assertTrue(look());
    endpoint = AWAY;
    for (int i = 0; i < 100; i++) {
      txBytes += 148;
      assertFalse(look());
    }
  }

  @Test
  void whatItsNameSetIsNotTheOperators() {
    txBytes += 148;
    assertTrue(look());
    endpoint = AWAY;
    peer.moved(AWAY);
    second += 60;
    txBytes += 148;
    assertTrue(look());
  }
}
