package dev.warren.cli.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.RandomSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InspectionTest {
  private final RandomSource random = new SeededRandom();
  private final KeyPair here = KeyPair.generate(random);
  private final KeyPair there = KeyPair.generate(random);
  private final KeyPair third = KeyPair.generate(random);

  private List<String> look(String... texts) {
    List<Sheet> sheets = new ArrayList<>();
    for (String text : texts) {
      String name = (char) ('a' + sheets.size()) + ".conf";
      String keys =
          text.replace("MINE_PRIVATE", here.privateKey())
              .replace("YOURS_PRIVATE", there.privateKey())
              .replace("MINE", here.publicKey())
              .replace("THIRD", third.publicKey())
              .replace("YOURS", there.publicKey());
      sheets.add(Sheet.of(Path.of(name), keys, service -> -1, true));
    }
    return Inspection.of(sheets).stream().map(Remark::toString).toList();
  }

  private static final String A =
      """
      [Interface]
      PrivateKey = MINE_PRIVATE
      Address = 10.0.0.1/24
      ListenPort = 7
      [Peer]
      PublicKey = YOURS
      AllowedIPs = 10.0.0.2/32
      """;

  private static final String B =
      """
      [Interface]
      PrivateKey = YOURS_PRIVATE
      Address = 10.0.0.2/24
      [Peer]
      PublicKey = MINE
      AllowedIPs = 10.0.0.0/24
      Endpoint = a.example.net:7
      """;

  @Test
  void goodOnes() {
    assertEquals(List.of(), look(A));
    assertEquals(List.of(), look(B));
    assertEquals(List.of(), look(A, B));
  }

  @Test
  void errorsHaveLineAndColumn() {
    List<String> remarks =
        look(
            "[Interface]\nPrivateKey = short\n[Peer]\n  AllowedIPs = 10.0.0.300/8\nColour = red\n");
    assertEquals(4, remarks.size(), remarks::toString);
    assertTrue(remarks.get(0).startsWith("a.conf:2:14: error: "), remarks::toString);
    assertTrue(remarks.get(0).contains("; expected 44 characters of base64"), remarks::toString);
    assertTrue(remarks.get(1).startsWith("a.conf:3:1: error: "), remarks::toString);
    assertTrue(remarks.get(2).startsWith("a.conf:4:16: error: "), remarks::toString);
    assertTrue(remarks.get(3).startsWith("a.conf:5:1: error: "), remarks::toString);
  }

  @Test
  void peerWithBadKeyIsSaidOnce() {
    List<String> remarks = look(A.replace("YOURS", "short") + "[Peer]\nAllowedIPs = 10.1.0.0/16\n");
    assertEquals(2, remarks.size(), remarks::toString);
    assertTrue(remarks.get(0).startsWith("a.conf:6:13: error: "), remarks::toString);
    assertTrue(remarks.get(1).startsWith("a.conf:8:1: error: a peer without"), remarks::toString);
  }

  @Test
  void hostBits() {
    String odd = A.replace("10.0.0.2/32", "10.0.0.2/24");
    List<String> remarks = look(odd);
    assertEquals(1, remarks.size(), remarks::toString);
    assertTrue(remarks.getFirst().startsWith("a.conf:7:14: warning: "), remarks::toString);
  }

  @Test
  void oneFileAlone() {
    assertWarning(A.replace("YOURS", "MINE"), "a.conf:5:1: warning: this peer has the interface's");
    assertWarning(A + A.substring(A.indexOf("[Peer]")), "a.conf:8:1: warning: the same PublicKey");
    assertWarning(
        A + A.substring(A.indexOf("[Peer]")).replace("YOURS", "THIRD"),
        "a.conf:8:1: warning: 10.0.0.2/32 is in AllowedIPs of the peer in line 5 too");
    assertWarning(A.replace("AllowedIPs = 10.0.0.2/32\n", ""), "no AllowedIPs");
    assertWarning(A.replace("10.0.0.2/32", "10.0.0.1/32"), "is the interface's own address");
    assertWarning(A.replace("ListenPort = 7\n", ""), "without ListenPort");
    assertWarning(A.replace("Address = 10.0.0.1/24\n", ""), "a.conf: warning: no Address");
    assertWarning(A.replace("PrivateKey = MINE_PRIVATE\n", ""), "no PrivateKey");
    assertWarning(A.replace("/24\n", "/24, 10.0.0.1/8\n"), "Address 10.0.0.1 is there twice");
    assertWarning(A.replace("/24\n", "/24, fd00::1/64\nMTU = 1200\n"), "too small for IPv6");
    assertWarning(A + "Endpoint = 10.0.0.2:7\n", "the tunnel would go through itself");
    assertWarning(A.substring(0, A.indexOf("[Peer]")), "no [Peer]");
  }

  @Test
  void filesThatDoNotFitTogether() {
    assertWarning(
        B.replace("Endpoint = a.example.net:7\n", "").replace("24\n[", "24\nListenPort = 8\n["),
        "neither can begin",
        A);
    assertWarning(B.replace(":7", ":8"), "b.conf:4:1: warning: Endpoint a.example.net:8, but", A);
    assertWarning(B.replace("10.0.0.2/24", "10.0.0.1/24"), "is that of a.conf too", A);
    assertWarning(B.replace("10.0.0.2/24", "10.0.0.3/24"), "a.conf:5:1: warning: 10.0.0.3, the", A);
    assertWarning(B + "PresharedKey = " + third.privateKey() + "\n", "not the PresharedKey", A);
    assertWarning(B.replace("MINE\n", "THIRD\n"), "b.conf does not have this machine", A);
    assertWarning(A, "b.conf: warning: the same PrivateKey", A);
  }

  private void assertWarning(String text, String expected, String... before) {
    List<String> texts = new ArrayList<>(List.of(before));
    texts.add(text);
    List<String> remarks = look(texts.toArray(String[]::new));
    assertTrue(remarks.stream().anyMatch(remark -> remark.contains(expected)), remarks::toString);
  }
}
