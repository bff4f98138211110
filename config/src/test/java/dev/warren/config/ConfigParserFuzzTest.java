package dev.warren.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the text, there is an answer, its places exist, and it holds no key. */
class ConfigParserFuzzTest {
  private static final String KEY = "AQIDBAUGBwgBAgMEBQYHCAECAwQFBgcIAQIDBAUGBwg=";
  private static final List<String> PARTS =
      List.of(
          "[Interface]\n",
          "[Peer]\n",
          "PublicKey=" + KEY + "\n",
          "PrivateKey = " + KEY + "\n",
          "PresharedKey\t=",
          "AllowedIPs = 10.0.0.0/8,",
          "Endpoint=[::1]:",
          "Address = 10.0.0.1/24, ",
          "DNS = ",
          "MTU = 1",
          "Table = off\n",
          "PostUp = echo\n",
          "SaveConfig=",
          "ListenPort = 7\n",
          "FwMark=0x",
          "PersistentKeepalive=25\n",
          " ",
          "\n",
          "\r\n",
          "#",
          ",",
          "=",
          "[",
          "\0",
          "\u2003",
          "\u0661");

  @Test
  void anyText() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < 20_000; run++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(
            random.nextInt(4) == 0
                ? String.valueOf((char) random.nextInt(0x180))
                : PARTS.get(random.nextInt(PARTS.size())));
      }
      check(text.toString(), Grammar.WG, seed);
      check(text.toString(), Grammar.WG_QUICK, seed);
    }
  }

  private static void check(String text, Grammar grammar, long seed) {
    ConfigResult result = ConfigParser.parse(text, grammar, name -> -1);
    String shown = "seed " + seed + ": " + text;
    assertFalse(isKnownForSecret(text) && result.toString().contains(KEY.substring(8, 30)), shown);
    List<Problem> problems;
    if (result instanceof ConfigResult.Bad bad) {
      problems = bad.problems();
      assertTrue(problems.stream().anyMatch(Problem::isError), shown);
    } else {
      ConfigResult.Good good = (ConfigResult.Good) result;
      problems = good.warnings();
      assertFalse(problems.stream().anyMatch(Problem::isError), shown);
      assertWritable(good.configuration(), shown);
    }
    String[] lines = text.split("\n", -1);
    for (Problem problem : problems) {
      assertTrue(problem.line() >= 1 && problem.line() <= lines.length, shown);
      int length = lines[problem.line() - 1].length();
      assertTrue(problem.column() >= 1 && problem.column() <= length + 1, shown);
    }
  }

  /** Whether the key stands nowhere but where a secret belongs: not in a name server, say. */
  private static boolean isKnownForSecret(String text) {
    for (String line : text.split("\n", -1)) {
      if (line.contains(KEY) && !line.matches("\\s*(PrivateKey|PresharedKey)\\s*=.*")) {
        return false;
      }
    }
    return true;
  }

  /** What is written means the same when it is read. */
  private static void assertWritable(Configuration configuration, String shown) {
    String written = ConfigText.write(configuration);
    ConfigResult again = ConfigParser.parse(written, Grammar.WG_QUICK, name -> -1);
    assertTrue(again instanceof ConfigResult.Good, shown);
    if (again instanceof ConfigResult.Good good) {
      assertEquals(written, ConfigText.write(good.configuration()), shown);
    }
  }
}
