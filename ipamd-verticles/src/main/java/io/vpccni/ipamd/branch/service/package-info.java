/**
 * This package owns the list of pods with branch ENIs, which it keeps on disk, and asks for the
 * trunk ENI.
 */
@NullMarked
package io.vpccni.ipamd.branch.service;

import org.jspecify.annotations.NullMarked;
