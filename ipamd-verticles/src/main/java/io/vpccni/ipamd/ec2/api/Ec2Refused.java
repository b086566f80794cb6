package io.vpccni.ipamd.ec2.api;

import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call to EC2 has failed as calls may fail; anything else that a call throws is a bug. */
public final class Ec2Refused extends RuntimeException {
  private final Failed failed;

  public Ec2Refused(Failed failed, @Nullable Throwable cause) {
    super(failed.action() + ": " + failed.code() + ": " + failed.message(), cause);
    this.failed = failed;
  }

  public static Ec2Refused of(String action, String code, String message) {
    return new Ec2Refused(
        new Failed(action, code, message, Ec2Errors.kind(code), Optional.empty()), null);
  }

  public static Ec2Refused of(String action, String code, String message, FailureKind kind) {
    return new Ec2Refused(new Failed(action, code, message, kind, Optional.empty()), null);
  }

  public Failed failed() {
    return failed;
  }

  /** Returns the same refusal with the subnet that it is about. */
  public Ec2Refused in(String subnet) {
    return new Ec2Refused(
        new Failed(
            failed.action(), failed.code(), failed.message(), failed.kind(), Optional.of(subnet)),
        this);
  }

  /** Returns the same refusal of a read, after which nothing can have happened in EC2. */
  public Ec2Refused ofRead() {
    return failed.kind() == FailureKind.OUTCOME_UNKNOWN
        ? new Ec2Refused(
            new Failed(
                failed.action(),
                failed.code(),
                failed.message(),
                FailureKind.UNAVAILABLE,
                failed.subnet()),
            this)
        : this;
  }
}
