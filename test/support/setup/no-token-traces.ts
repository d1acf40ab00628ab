// cdktf notes for each token where it was made, by the trace of a plain object, and jest maps each line of that to its
// source: that takes four fifths of the time of a synthesis.
const { captureStackTrace } = Error;

Error.captureStackTrace = (target: object, ...rest: []) => {
  if (target instanceof Error) captureStackTrace(target, ...rest);
};

// A module, so that its names are its own.
export {};
