// The language of rule files; docs/rewrite-rules.md describes it. RuleReader gives it meaning.
grammar Rules;

rules
  : phase* EOF
  ;

phase
  : DOC* 'phase' name=NAME ('extends' extended=NAME)? '{' rewrite* '}'
  ;

rewrite
  : DOC* 'rule' NAME ':' left=pattern '=>' (right=pattern | CLASS)
    ('where' where=conditions)? ('unless' unless=conditions)? ('assuming' assuming=conditions)? ';'
  ;

conditions
  : condition (',' condition)*
  ;

condition
  : NAME ('is' pattern | arguments)
  ;

// One token tells the alternatives apart, here and below, so that the parser need not look ahead.
pattern
  : product (operators+=('+' | '-') product)*
  ;

product
  : factor (operators+=('*' | '/') factor)*
  ;

factor
  : '-' factor
  | atom ('^' factor)?
  ;

atom
  : NAME call? # named
  | NUMBER # number
  | ('true' | 'false' | 'inf' | 'nan') # word
  | '(' pattern ')' # parenthesised
  ;

call
  : '(' operands? ')' attributes?
  ;

operands
  : '...'
  | pattern (',' pattern)*
  ;

attributes
  : '{' attribute (',' attribute)* '}'
  ;

attribute
  : NAME '=' value
  ;

value
  : term (operators+=('+' | '-') term)*
  ;

term
  : element ('*' element)*
  ;

arguments
  : '(' (value (',' value)*)? ')'
  ;

element
  : NAME arguments? # reference
  | '-'? NUMBER # whole
  | '[' (value (',' value)*)? ']' # list
  | '(' value ')' # grouped
  ;

DOC
  : '///' ~[\r\n]*
  ;

COMMENT
  : '//' ~[\r\n]* -> skip
  ;

NAME
  : [a-z_] [A-Za-z0-9_]*
  ;

CLASS
  : [A-Z] [A-Za-z0-9]*
  ;

NUMBER
  : DIGIT+ ('.' DIGIT+)? ([eE] [+-]? DIGIT+)?
  ;

SPACE
  : [ \t\r\n]+ -> skip
  ;

// Left to the parser, which knows what it expected instead.
UNEXPECTED
  : .
  ;

fragment DIGIT
  : [0-9]
  ;
