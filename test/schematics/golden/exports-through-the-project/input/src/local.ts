export interface StreamingAuthError {
  own: true;
}
