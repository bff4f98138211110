package dev.warren.cli.quick;

import dev.warren.cli.names.EndpointResolver;
import dev.warren.cli.names.Resolution;
import dev.warren.config.EndpointName;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds where an endpoint's name leads, asking again for a while as {@code wg} does.
 *
 * <p><b>Errors:</b> {@link StepFailure} with the place in the file and the resolver's reason.
 *
 * <p><b>Source:</b> wg(8), {@code WG_ENDPOINT_RESOLUTION_RETRIES}.
 */
final class EndpointLookup {
  private static final String RETRIES = "WG_ENDPOINT_RESOLUTION_RETRIES";
  private static final int USUAL_RETRIES = 15;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final EndpointResolver resolver;
  private final long retries;

  EndpointLookup(EndpointResolver resolver, Map<String, String> environment) {
    EndpointResolver.useSystemOrder();
    this.resolver = resolver;
    this.retries = retries(environment.getOrDefault(RETRIES, ""));
  }

  static long retries(String setting) {
    if (setting.equals("infinity")) {
      return Long.MAX_VALUE;
    }
    try {
      return setting.isEmpty() ? USUAL_RETRIES : Math.max(0, Long.parseLong(setting));
    } catch (NumberFormatException e) {
      return USUAL_RETRIES;
    }
  }

  /**
   * Answers the endpoint as the configuration protocol writes it.
   *
   * @param where the file and line that name it
   */
  String find(EndpointName name, String where) throws StepFailure, InterruptedException {
    long pause = FIRST_PAUSE_NANOS;
    long left = retries;
    while (true) {
      switch (resolver.resolve(name)) {
        case Resolution.Found found -> {
          return found.text();
        }
        case Resolution.Failed(String reason, boolean permanent) -> {
          if (permanent || left-- <= 0) {
            throw new StepFailure(
                1, where + ": the endpoint `" + name + "' does not resolve: " + reason);
          }
        }
      }
      await(pause);
      pause = Math.min(pause * 6 / 5, LONGEST_PAUSE_NANOS);
    }
  }

  private static void await(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(end - System.nanoTime());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
