// Expressions as pp writes them; ExpressionReader gives them meaning.
grammar Expression;

whole
  : term EOF
  ;

term
  : term '[' (every+=':' ',')* start=dim? ':' stop=dim? ']' # slice
  | <assoc = right> term '^' term # power
  | '-' term # negation
  | term ('*' | '/' | '//' | '%') term # product
  | term ('+' | '-') term # sum
  | term ('==' | '!=' | '<' | '<=' | '>' | '>=') term # comparison
  | NAME '(' (argument (',' argument)*)? ')' # call
  | (NAME | QUOTED) # name
  | NUMBER # number
  | '(' term ')' # parenthesised
  ;

argument
  : term
  | list
  | type
  ;

// Of numbers, a constant of several elements; of dims, a shape; of whole numbers, axes.
list
  : '[' (item (',' item)*)? ']'
  ;

item
  : dim
  | list
  ;

type
  : NAME '[' dim (',' dim)* ']'
  ;

dim
  : '-'? factor (('*' | '/' | '+' | '-') factor)*
  ;

factor
  : NUMBER
  | NAME
  | '(' dim ')'
  ;

NAME
  : [A-Za-z_] [A-Za-z0-9_]* ('.' [A-Za-z0-9_]+)*
  ;

QUOTED
  : '`' ~[`\r\n]+ '`'
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
