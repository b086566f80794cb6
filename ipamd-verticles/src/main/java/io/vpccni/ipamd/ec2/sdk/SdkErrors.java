package io.vpccni.ipamd.ec2.sdk;

import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Sorts the SDK's exceptions into our failures. */
final class SdkErrors {
  private SdkErrors() {}

  /** Translates what a call threw; what is not an SDK exception stays what it is: a bug. */
  static Throwable refused(String action, Throwable thrown) {
    var error =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    return switch (error) {
      case AwsServiceException answered -> answered(action, answered);
      case ApiCallTimeoutException late -> of(action, Ec2Errors.TIMEOUT, late);
      case ApiCallAttemptTimeoutException late -> of(action, Ec2Errors.TIMEOUT, late);
      case SdkClientException client -> unanswered(action, client);
      default -> error;
    };
  }

  private static Ec2Refused answered(String action, AwsServiceException answered) {
    var details = answered.awsErrorDetails();
    var code = details == null || details.errorCode() == null ? "" : details.errorCode();
    if (!code.isEmpty()) {
      var message = details.errorMessage();
      return new Ec2Refused(
          new Failed(
              action, code, message == null ? "" : message, kind(answered, code), Optional.empty()),
          answered);
    }
    // A load balancer or proxy answered instead of EC2: only the status tells.
    int status = answered.statusCode();
    var kind =
        switch (status) {
          case 429 -> FailureKind.THROTTLED;
          case 503 -> FailureKind.UNAVAILABLE;
          case 401, 403 -> FailureKind.UNAUTHORIZED;
          default -> status >= 500 ? FailureKind.OUTCOME_UNKNOWN : FailureKind.PERMANENT;
        };
    return new Ec2Refused(
        new Failed(
            action, "Http" + status, String.valueOf(answered.getMessage()), kind, Optional.empty()),
        answered);
  }

  /**
   * Sorts a refusal. One of a wrong date may look as if the key were wrong, which the SDK finds out
   * by the date of the answer. It signs the next request with EC2's time, so the same call may be
   * sent again.
   */
  private static FailureKind kind(AwsServiceException answered, String code) {
    return answered.isClockSkewException() ? FailureKind.UNAVAILABLE : Ec2Errors.kind(code);
  }

  private static Ec2Refused unanswered(String action, SdkClientException error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
        // Nothing was sent, so nothing happened.
        return new Ec2Refused(
            new Failed(
                action,
                Ec2Errors.UNREACHABLE,
                String.valueOf(cause.getMessage()),
                FailureKind.UNAVAILABLE,
                Optional.empty()),
            error);
      }
    }
    var message = String.valueOf(error.getMessage());
    // The SDK has no type of its own for this one.
    return of(
        action,
        message.contains("credentials") ? Ec2Errors.NO_CREDENTIALS : Ec2Errors.UNREACHABLE,
        error);
  }

  private static Ec2Refused of(String action, String code, Throwable error) {
    return new Ec2Refused(
        new Failed(
            action,
            code,
            String.valueOf(error.getMessage()),
            Ec2Errors.kind(code),
            Optional.empty()),
        error);
  }
}
