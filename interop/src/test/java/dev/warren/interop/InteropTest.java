package dev.warren.interop;

import dev.warren.hosttest.HostTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A class of scenarios between namespaces. They run side by side, because most of their time is the
 * protocol's own waiting; those that load the CPU take {@link #CPU} in turn.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@HostTest(
    commands = {
      "conntrack",
      "ip",
      "iperf3",
      "nft",
      "ping",
      "setpriv",
      "socat",
      "ss",
      "sysctl",
      "tcpdump",
      "unshare",
      "wg",
      "wg-quick",
      "wireguard-go"
    })
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
@interface InteropTest {
  /** The resource lock of scenarios that keep the cores busy. */
  String CPU = "cpu";
}
