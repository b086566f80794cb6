/**
 * News of requests to EC2 and IMDS is announced with the values of this package, for whoever counts
 * them. This package has values only.
 */
@NullMarked
package io.vpccni.ipamd.aws;

import org.jspecify.annotations.NullMarked;
