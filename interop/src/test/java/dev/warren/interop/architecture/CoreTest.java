package dev.warren.interop.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import org.junit.jupiter.api.Test;

/** The protocol core, packets and configurations have no world: everything is handed in. */
class CoreTest {

  private static final String[] CORE = Rooms.packages("protocol", "packet", "config");

  @Test
  void noClock() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .callMethodWhere(
            DescribedPredicate.<JavaCall<?>>describe(
                "it reads a clock",
                call ->
                    (call.getTargetOwner().getName() + "." + call.getTarget().getName())
                        .matches(
                            "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)"
                                + "|java\\.time\\..*\\.(now|systemUTC|systemDefaultZone)")))
        .because("time is a parameter (nowNanos), or no simulation can replay a failure")
        .check(Rooms.CLASSES);
  }

  @Test
  void noRandomnessOfItsOwn() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat(
            Rooms.named(
                "make random numbers",
                "java\\.util\\.(Random|SplittableRandom|random\\..*|UUID)"
                    + "|java\\.util\\.concurrent\\.ThreadLocalRandom"
                    + "|java\\.security\\.SecureRandom"))
        .orShould()
        .callMethod("java.lang.Math", "random")
        .because("randomness is handed in: seeded in a simulation, the system's in production")
        .check(Rooms.CLASSES);
  }

  @Test
  void noInputOrOutput() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat(
            Rooms.named(
                "do input or output",
                "java\\.net\\..*|java\\.nio\\.(channels|file)\\..*"
                    + "|java\\.io\\.(File.*|RandomAccessFile|Console|Piped.*|PrintStream)"
                    + "|java\\.lang\\.(Process|ProcessBuilder|Runtime)"))
        .because("packets come and go by the ports; a socket here could not be simulated")
        .check(Rooms.CLASSES);
  }

  @Test
  void noThreads() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat(
            Rooms.named(
                "schedule work or keep it per thread",
                "java\\.lang\\.(Thread\\$.*|ThreadGroup|.*ThreadLocal)"
                    + "|java\\.util\\.(Timer|TimerTask)"
                    + "|java\\.util\\.concurrent\\.(.*Execut.*|ForkJoin.*|.*Future.*"
                    + "|StructuredTaskScope.*)"))
        .orShould()
        .callCodeUnitWhere(
            DescribedPredicate.<JavaCall<?>>describe(
                "it does more to a thread than pass an interruption on",
                call ->
                    call.getTargetOwner().isAssignableTo(Thread.class)
                        && !call.getTarget().getName().matches("currentThread|interrupt")))
        .because("the caller's thread owns the core; work is done when it is called, not later")
        .check(Rooms.CLASSES);
  }

  @Test
  void noLocksInTheProtocol() {
    noClasses()
        .that()
        .resideInAnyPackage(Rooms.packages("protocol"))
        .should()
        .dependOnClassesThat(
            Rooms.named(
                "are locks",
                "java\\.util\\.concurrent\\.locks\\..*|java\\.util\\.concurrent\\.(Semaphore|CountDownLatch|.*Barrier.*|Phaser|.*BlockingQueue)"))
        .because("one thread owns the core, and no packet waits for a lock")
        .check(Rooms.CLASSES);
  }

  @Test
  void noLogging() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat(
            Rooms.named("log", "java\\.util\\.logging\\..*|java\\.lang\\.System\\$Logger.*"))
        .orShould()
        .accessField("java.lang.System", "out")
        .orShould()
        .accessField("java.lang.System", "err")
        .because("the core counts and returns verdicts; what to say of them is the engine's choice")
        .check(Rooms.CLASSES);
  }
}
