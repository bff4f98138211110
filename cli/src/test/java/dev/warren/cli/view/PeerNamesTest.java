package dev.warren.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerNamesTest {
  @Test
  void commentsNamePeers() {
    String text =
        """
        # all of it
        [Interface]
        # Name = hub
        PrivateKey = x

        # home
        [Peer]
        PublicKey = A=
        # Name = office
        [Peer]
        # no name
        publickey=B= # trailing
        [peer]
        # name=phone
        PublicKey = C=
        # AllowedIPs = 10.0.0.0/8
        [Peer]
        PublicKey = D=
        AllowedIPs = 10.0.0.0/8
        # Name = last
        """;
    assertEquals(
        Map.of("A=", "home", "B=", "office", "C=", "phone", "D=", "last"), PeerNames.in(text));
  }

  @Test
  void whatIsNoNameNamesNobody() {
    assertEquals(Map.of(), PeerNames.in(""));
    assertEquals(Map.of(), PeerNames.in("# a\n\n[Peer]\nPublicKey = A="));
    assertEquals(Map.of(), PeerNames.in("# red \033[31m\n[Peer]\nPublicKey = A="));
    assertEquals(Map.of(), PeerNames.in("# " + "long ".repeat(9) + "\n[Peer]\nPublicKey = A="));
    assertEquals(Map.of(), PeerNames.in("# home\n[Peer]\nEndpoint = a:1\n# Name = x\n[Interface]"));
  }
}
