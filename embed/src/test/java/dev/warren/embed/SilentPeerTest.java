package dev.warren.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.PublicKey;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.protocol.config.PeerSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SilentPeerTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Endpoint HERE = new Endpoint(IpAddress.v4(1), 1);
  private static final Endpoint THERE = new Endpoint(IpAddress.v4(2), 1);

  private final SilentPeer peer = new SilentPeer();

  private static PeerSnapshot at(@Nullable Endpoint endpoint, long handshake, long tx, long rx) {
    return new PeerSnapshot(
        PublicKey.of(new byte[32], 0), null, endpoint, handshake * SECOND, tx, rx, 0, List.of());
  }

  private boolean look(PeerSnapshot view, long second) {
    return peer.look(view, second * SECOND, second * SECOND);
  }

  @Test
  void nobodyTalksToIt() {
    assertFalse(look(at(HERE, 0, 0, 0), 1000));
    assertFalse(look(at(HERE, 0, 0, 0), 2000));
    assertFalse(peer.fellSilent());
  }

  @Test
  void pausesGrow() {
    List<Long> due = new ArrayList<>();
    for (long second = 0; second <= 400; second += 10) {
      if (look(at(HERE, 0, second + 1, 0), 1000 + second)) {
        due.add(second);
      }
    }
    assertEquals(List.of(0L, 20L, 60L, 140L, 300L), due);
    assertTrue(peer.fellSilent());
    assertFalse(peer.fellSilent(), "said once");
  }

  @Test
  void answersCount() {
    assertFalse(look(at(HERE, 990, 1, 1), 1000));
    assertTrue(peer.shookHands(at(HERE, 990, 1, 1)));
    assertFalse(peer.shookHands(at(HERE, 990, 1, 1)));
    assertFalse(look(at(HERE, 990, 2, 1), 1170));
    assertTrue(look(at(HERE, 990, 3, 1), 1171));
    assertFalse(look(at(HERE, 1172, 4, 2), 1172));
    assertTrue(look(at(HERE, 1172, 5, 2), 1400), "the first pause again");
  }

  @Test
  void whoSetsAnEndpointKnowsBetter() {
    assertTrue(look(at(HERE, 0, 1, 0), 1000));
    peer.moved(THERE);
    assertTrue(look(at(THERE, 0, 2, 0), 1100));
    assertFalse(look(at(HERE, 0, 3, 0), 2000), "set by hand");
  }

  @Test
  void nameThatNeverResolvedIsAskedSooner() {
    List<Long> due = new ArrayList<>();
    for (long second = 0; second <= 10; second++) {
      if (look(at(null, 0, 0, 0), 1000 + second)) {
        due.add(second);
      }
    }
    assertEquals(List.of(0L, 1L, 3L, 7L), due);
  }
}
