package io.vpccni.ipamd.ec2.api;

import io.vpccni.ipamd.aws.ApiCallMade.Outcome;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;

/**
 * Only this class knows EC2's error codes. Errors are sorted by code, never by message, since
 * messages change.
 */
public final class Ec2Errors {
  public static final String NO_SUCH_ENI = "InvalidNetworkInterfaceID.NotFound";

  /** A call that was not answered within the time of one try has this code. */
  public static final String TIMEOUT = "Timeout";

  /** A call whose connection could not be made, or broke, has this code. */
  public static final String UNREACHABLE = "Unreachable";

  /**
   * A call for which no credentials could be read has this code. Nothing was sent. Where they come
   * from may be slow or away for a moment, as IMDS and the pod identity agent at a node's start, so
   * it is not a missing right.
   */
  public static final String NO_CREDENTIALS = "NoCredentials";

  private Ec2Errors() {}

  public static FailureKind kind(String code) {
    return switch (code) {
      case "RequestLimitExceeded",
          "Throttling",
          "ThrottlingException",
          "ThrottledException",
          "RequestThrottled",
          "RequestThrottledException",
          "EC2ThrottledException",
          "TooManyRequestsException",
          "BandwidthLimitExceeded",
          "LimitExceededException",
          "SlowDown" ->
          FailureKind.THROTTLED;
      case "PriorRequestNotComplete",
          "ConcurrentTagAccess",
          "Unavailable",
          "ServiceUnavailable",
          "RequestExpired",
          "ExpiredToken",
          "ExpiredTokenException",
          NO_CREDENTIALS ->
          FailureKind.UNAVAILABLE;
      case "InternalError",
          "InternalFailure",
          "RequestTimeout",
          "RequestTimeoutException",
          TIMEOUT,
          UNREACHABLE ->
          FailureKind.OUTCOME_UNKNOWN;
      case "InsufficientFreeAddressesInSubnet", "InsufficientCidrBlocks" ->
          FailureKind.SUBNET_EXHAUSTED;
      case "PrivateIpAddressLimitExceeded", "AttachmentLimitExceeded" -> FailureKind.LIMIT_EXCEEDED;
      case "UnauthorizedOperation",
          "AuthFailure",
          "SignatureDoesNotMatch",
          "InvalidClientTokenId",
          "MissingAuthenticationToken",
          "UnrecognizedClientException",
          "AccessDenied",
          "AccessDeniedException",
          "OptInRequired",
          "Blocked",
          "PendingVerification" ->
          FailureKind.UNAUTHORIZED;
      // An unknown code is not hammered: it is logged, and a case is to be added here.
      default -> FailureKind.PERMANENT;
    };
  }

  /** Returns how metrics count a call that failed with this code. */
  static Outcome outcome(String action, String code) {
    return switch (code) {
      case TIMEOUT, UNREACHABLE, NO_CREDENTIALS -> Outcome.NO_ANSWER;
      case NO_SUCH_ENI ->
          action.startsWith("Delete") || action.startsWith("Describe")
              ? Outcome.EXPECTED
              : Outcome.REFUSED;
      default -> Outcome.REFUSED;
    };
  }

  /** Tells whether EC2 itself has said it. */
  public static boolean answered(String code) {
    return outcome("", code) != Outcome.NO_ANSWER;
  }

  /**
   * Tells whether this is what a delete or detach of something that is already gone is answered
   * with.
   */
  public static boolean alreadyGone(String code) {
    return switch (code) {
      case NO_SUCH_ENI, "InvalidAttachmentID.NotFound", "InvalidAttachment.NotFound" -> true;
      default -> false;
    };
  }

  /** Tells whether this is what a detach is answered with while another is under way. */
  public static boolean alreadyLeaving(String code) {
    return code.equals("IncorrectState");
  }

  /** EC2 has two codes for an ENI that is still attached. */
  public static boolean stillInUse(String code) {
    return switch (code) {
      case "InvalidNetworkInterface.InUse", "InvalidParameterValue" -> true;
      default -> false;
    };
  }
}
