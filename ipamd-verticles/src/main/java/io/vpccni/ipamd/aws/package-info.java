/**
 * This package has the values with which requests to EC2 and IMDS are announced to whoever counts
 * them. This package has values only.
 */
@NullMarked
package io.vpccni.ipamd.aws;

import org.jspecify.annotations.NullMarked;
