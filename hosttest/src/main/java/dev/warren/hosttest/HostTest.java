package dev.warren.hosttest;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test class or method that needs a real host: root, devices, commands.
 *
 * <p>Where something is missing the test is skipped, with all that is missing as the reason. With
 * {@code WARREN_REQUIRE_HOST=1}, in the environment or as a system property, it fails instead.
 *
 * <pre>{@code
 * @HostTest(commands = {"ip", "wg"})
 * class TwoHostsTest { ... }
 * }</pre>
 *
 * <p>An annotated method still needs its {@code @Test}. Requirements on class and method add up.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("host")
@ExtendWith(HostCondition.class)
public @interface HostTest {

  /** Whether the effective user must be 0; namespaces, TUN and netlink want it. */
  boolean root() default true;

  /** Whether {@code /dev/net/tun} must be there. */
  boolean tun() default true;

  /** Commands that must be on the PATH. */
  String[] commands() default {};
}
