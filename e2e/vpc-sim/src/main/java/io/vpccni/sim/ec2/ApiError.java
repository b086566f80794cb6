package io.vpccni.sim.ec2;

import java.io.Serial;

/** EC2 refuses: nothing has changed. The code is EC2's own, clients decide by it. */
public final class ApiError extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final int httpStatus;
  private final String code;

  public ApiError(int httpStatus, String code, String message) {
    super(message, null, false, false); // an expected outcome: no stack trace to pay for
    this.httpStatus = httpStatus;
    this.code = code;
  }

  /** The HTTP status EC2 gives with this code. */
  public static ApiError of(String code, String message) {
    return new ApiError(statusOf(code), code, message);
  }

  private static int statusOf(String code) {
    return switch (code) {
      case "RequestLimitExceeded", "Unavailable", "ServiceUnavailable" -> 503;
      case "InternalError", "InternalFailure" -> 500;
      case "UnauthorizedOperation", "SignatureDoesNotMatch" -> 403;
      case "AuthFailure" -> 401;
      case "DryRunOperation" -> 412;
      default -> 400;
    };
  }

  public int httpStatus() {
    return httpStatus;
  }

  public String code() {
    return code;
  }

  public String text() {
    return String.valueOf(getMessage());
  }

  static ApiError missing(String parameter) {
    return of("MissingParameter", "The request must contain the parameter " + parameter);
  }

  static ApiError invalid(String message) {
    return of("InvalidParameterValue", message);
  }

  static ApiError combination(String message) {
    return of("InvalidParameterCombination", message);
  }

  static ApiError noEni(String id) {
    return of(
        "InvalidNetworkInterfaceID.NotFound",
        "The networkInterface ID '" + id + "' does not exist");
  }

  static ApiError noSubnet(String id) {
    return of("InvalidSubnetID.NotFound", "The subnet ID '" + id + "' does not exist");
  }

  static ApiError noVpc(String id) {
    return of("InvalidVpcID.NotFound", "The vpc ID '" + id + "' does not exist");
  }

  static ApiError noInstance(String id) {
    return of("InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist");
  }

  static ApiError noGroup(String id) {
    return of("InvalidGroup.NotFound", "The security group '" + id + "' does not exist");
  }
}
