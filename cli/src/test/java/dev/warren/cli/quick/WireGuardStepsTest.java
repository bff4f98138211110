package dev.warren.cli.quick;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.warren.cli.daemon.EndpointNames;
import dev.warren.cli.names.EndpointResolver;
import dev.warren.cli.names.ServiceNames;
import dev.warren.cli.uapi.Zones;
import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.EndpointName;
import dev.warren.config.Grammar;
import java.io.File;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireGuardStepsTest {
  private static final String[] KEYS = {
    "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=",
    "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=",
    "gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA="
  };

  private static Configuration peers(String... endpoints) {
    StringBuilder text = new StringBuilder("[Interface]\n");
    for (int i = 0; i < endpoints.length; i++) {
      text.append("[Peer]\nPublicKey = ").append(KEYS[i]);
      text.append("\nEndpoint = ").append(endpoints[i]).append('\n');
    }
    return switch (ConfigParser.parse(text.toString(), Grammar.WG_QUICK, name -> -1)) {
      case ConfigResult.Good(Configuration good, var warnings) -> good;
      case ConfigResult.Bad(var problems) -> throw new AssertionError(problems);
    };
  }

  @Test
  void namesAreToldFromNumbers() {
    assertEquals(
        KEYS[1] + " vpn.example.com 51820\n",
        WireGuardSteps.endpointNames(
                peers("192.0.2.1:51820", "vpn.example.com:51820", "[fe80::1%eth0]:7"))
            .toString());
    assertEquals(EndpointNames.NONE, WireGuardSteps.endpointNames(peers("127.1:51820")));
    assertEquals(EndpointNames.NONE, WireGuardSteps.endpointNames(peers()));
  }

  @Test
  void aNameThatDoesNotResolveIsToldWithItsPlace() throws Exception {
    EndpointLookup lookup =
        new EndpointLookup(
            new EndpointResolver(new ServiceNames(), new Zones(new File("/nowhere"))),
            Map.of("WG_ENDPOINT_RESOLUTION_RETRIES", "0"));
    assertEquals(
        "192.0.2.1:51820",
        lookup.find(new EndpointName("192.0.2.1", "51820", "192.0.2.1:51820"), "x"));
    EndpointName bad = new EndpointName("no-such-host.invalid", "51820", "no-such-host:51820");
    String message =
        String.valueOf(
            assertThrows(StepFailure.class, () -> lookup.find(bad, "/etc/wg0.conf:7"))
                .getMessage());
    assertEquals(
        "/etc/wg0.conf:7: the endpoint `no-such-host:51820' does not resolve",
        message.replaceAll(": [^:]*$", ""));
  }

  @Test
  void retries() {
    assertEquals(15, EndpointLookup.retries(""));
    assertEquals(3, EndpointLookup.retries("3"));
    assertEquals(Long.MAX_VALUE, EndpointLookup.retries("infinity"));
  }
}
